package dev.iammapper.render;

import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.PrincipalKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to write, in this order, and what became of each principal. Equal inputs give equal plans.
 *
 * @param ahead the ledger to store before aws-auth is written; nothing is dropped from it
 * @param next the data of aws-auth to store; equal to the current one when nothing changes
 * @param confirmed the ledger to store once aws-auth holds {@code next}
 * @param changes the rows that {@code next} adds, replaces and removes, in order
 * @param outcomes what became of each wanted principal, as it will be once {@code next} is stored
 * @param notices what a person should learn beyond the changes, in order
 * @param problems what the authenticator will not read, or will read otherwise than it looks
 * @param owned how many rows are ours in {@code next}
 * @param foreign how many rows are not
 */
public record RenderPlan(Ledger ahead, AwsAuthData next, Ledger confirmed, List<RowChange> changes,
        Map<PrincipalKey, Outcome> outcomes, List<Notice> notices, List<AwsAuthProblem> problems, int owned,
        int foreign) {

    /** Copies the collections. */
    public RenderPlan {
        changes = List.copyOf(changes);
        outcomes = Map.copyOf(outcomes);
        notices = List.copyOf(notices);
        problems = List.copyOf(problems);
    }

    /** Whether a row goes away: such a plan must rest on a quorum read. */
    public boolean removesRows() {
        return changes.stream().anyMatch(change -> change.kind() == RowChange.Kind.REMOVED);
    }

    /** The rows that stay until a person lets them go. */
    public HeldRemovals held() {
        return HeldRemovals.of(confirmed);
    }

    /** What became of a wanted principal. */
    public sealed interface Outcome {
        /** Our row is there and EKS reads exactly the grant. */
        record Owned() implements Outcome {}

        /** Rows of others give exactly the grant; nothing of ours is there. */
        record AlreadyPresent() implements Outcome {}

        /** Rows of others decide otherwise; {@code message} shows both sides and says which one EKS reads. */
        record ForeignEntry(String message) implements Outcome {}

        /** The section, or one that is read before it and names the principal, cannot be read: nothing was changed. */
        record Malformed(String message) implements Outcome {}

        /** The section cannot be edited without touching text of others. */
        record NotEditable(String message) implements Outcome {}

        /** The change was left out because the API server refused it. */
        record Withheld() implements Outcome {}

        /** The change was left out because the ledger has no room for its claim. */
        record Roomless() implements Outcome {}

        /** The change was left out because aws-auth has no room for it. */
        record Full() implements Outcome {}

        /** The row was not restored because another tool keeps undoing it. */
        record Contended() implements Outcome {}
    }

    /**
     * One row that changes.
     *
     * @param kind what happens
     * @param section where
     * @param principal the lower-case ARN
     * @param mapping the object's name
     * @param before what the row meant, or null when it is new
     * @param after what it will mean, or null when it goes
     * @param cause why
     */
    public record RowChange(Kind kind, Section section, PrincipalKey principal, String mapping, @Nullable Grant before,
            @Nullable Grant after, Cause cause) {
        /** What happens to a row. */
        public enum Kind {
            /** A new row. */
            ADDED,
            /** Another text in the same place. */
            REPLACED,
            /** The row goes. */
            REMOVED
        }

        /** Why a row changes. */
        public enum Cause {
            /** The object asks for it. */
            SPEC,
            /** Another tool removed or altered our row. */
            DRIFT,
            /** The object may take over a row of somebody else. */
            ADOPTION
        }
    }

    /**
     * Something that a person should learn.
     *
     * @param topic what
     * @param principal the lower-case ARN
     * @param mapping the object's name, which may be gone
     * @param message a sentence
     */
    public record Notice(Topic topic, PrincipalKey principal, String mapping, String message) {
        /** What notices are about; the words are stable. */
        public enum Topic {
            /** A row of ours was altered by others after its object had stopped wanting it: it stays, as theirs. */
            CLAIM_RELEASED,
            /** A row of others still gives access to a principal whose object is gone. */
            ACCESS_REMAINS,
            /** A removal waits: see the message for what it waits for. */
            REMOVAL_HELD,
            /** A foreign row became ours without a changed byte, or was taken over. */
            ADOPTED
        }
    }
}
