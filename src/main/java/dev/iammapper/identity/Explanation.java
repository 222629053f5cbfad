package dev.iammapper.identity;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How EKS sees somebody. The names of the components are the fields of the command's answer for programs.
 *
 * @param asked what was asked
 * @param outcome whether they get in
 * @param summary the outcome in a sentence
 * @param principal who that is to EKS, or null when nobody knows
 * @param rows the rows that decide: one, or several when the authenticator takes any of them
 * @param rowsWithoutEffect rows that name the principal too, and are not read for it
 * @param misses what nearly matched, the nearest first
 * @param objects the mappings of the principal
 * @param identities who they become, one for each different row that decides
 * @param advice what to do, in order
 * @param invisible what decides too, and cannot be seen from here
 * @param unread what could not be read
 */
public record Explanation(String asked, Outcome outcome, String summary, @Nullable Principal principal, List<Row> rows,
        List<Row> rowsWithoutEffect, List<Miss> misses, List<MappingObject> objects, List<Identity> identities,
        List<String> advice, List<String> invisible, List<String> unread) {

    /** Whether somebody gets in. */
    public enum Outcome {
        /** They get in. */
        GETS_IN,
        /** They do not. */
        STAYS_OUT,
        /** It cannot be said, because nobody knows the ARN of the id that was asked for. */
        UNKNOWN
    }

    /**
     * Somebody, as EKS knows them.
     *
     * @param arn the ARN that EKS compares, without regard to letter case
     * @param kind {@code Role}, {@code User}, {@code Root} or {@code FederatedUser}
     * @param accountId twelve digits
     * @param session the session's name, or null when there is none or nobody said it
     * @param notes what was left out or looked up to get there
     */
    public record Principal(String arn, String kind, String accountId, @Nullable String session, List<String> notes) {}

    /**
     * One row of aws-auth.
     *
     * @param section {@code mapRoles} or {@code mapUsers}
     * @param line of the section's text, from 1
     * @param text the row as it is written
     * @param username as the authenticator reads it, templates and all
     * @param groups likewise
     * @param writer who wrote it
     */
    public record Row(String section, int line, String text, String username, List<String> groups, Writer writer) {}

    /**
     * Who wrote a row.
     *
     * @param kind by what is known of it
     * @param object the mapping for which the controller wrote it, or null
     * @param fieldManager who wrote the section last, or null when nobody knows
     * @param time of that write, or null when nobody knows
     */
    public record Writer(Kind kind, @Nullable String object, @Nullable String fieldManager, @Nullable Instant time) {
        /** By what a writer is known. */
        public enum Kind {
            /** The controller wrote it, or took it over, for a mapping. */
            OBJECT,
            /** The controller wrote a row for a mapping, and somebody changed it since. */
            ALTERED,
            /** Somebody else. */
            FOREIGN,
            /** The ledger is not known. */
            UNKNOWN
        }
    }

    /**
     * Something that nearly lets somebody in.
     *
     * @param reason why it does not
     * @param section the key of aws-auth, or null when it is about something else
     * @param line of the section's text, from 1, or null
     * @param text the row as it is written, or null
     * @param object the mapping, or null
     * @param message what is wrong, a sentence
     * @param advice what to do, a sentence
     */
    public record Miss(MissReason reason, @Nullable String section, @Nullable Integer line, @Nullable String text,
            @Nullable String object, String message, String advice) {}

    /**
     * A mapping of the principal.
     *
     * @param name its name
     * @param ready the status of its condition Ready, or null when no controller has looked at it
     * @param reason the reason of that condition, or null
     * @param message its message, or null
     */
    public record MappingObject(String name, @Nullable String ready, @Nullable String reason,
            @Nullable String message) {}

    /**
     * Who somebody becomes.
     *
     * @param username templates filled in as far as they are known
     * @param groups likewise, and the group that every authenticated user has
     * @param unknown the templates whose value is not known here
     * @param clusterAdmin whether they may do everything, as far as is known
     * @param clusterAdminBecause why, or null
     * @param authorization what becomes of their requests, a sentence
     * @param bindings the bindings that they have, or null when RBAC is not known
     */
    public record Identity(String username, List<String> groups, List<String> unknown, boolean clusterAdmin,
            @Nullable String clusterAdminBecause, String authorization, @Nullable List<Binding> bindings) {}

    /**
     * One binding.
     *
     * @param kind {@code ClusterRoleBinding} or {@code RoleBinding}
     * @param namespace empty for a binding in the whole cluster
     * @param through the subject by which they have it, as {@code group dev}
     * @param powers by what its role leads to every other right
     * @param everything whether it makes them cluster-admin
     */
    public record Binding(String kind, String namespace, String name, String roleKind, String role, String through,
            List<String> powers, boolean everything) {}
}
