package dev.iammapper.render;

import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.PrincipalKey;
import java.util.Arrays;
import java.util.List;

/** Answers who somebody becomes by an aws-auth, for those who write nothing into it. */
public final class AwsAuthLookup {
    private final AwsAuthReading reading;

    private AwsAuthLookup(AwsAuthReading reading) {
        this.reading = reading;
    }

    /**
     * One row.
     *
     * @param section where it stands
     * @param line of the section's text, from 1
     * @param arn whom it names, as it is written; empty when the authenticator reads nobody
     * @param grant as the authenticator reads it
     * @param ofPermissionSet whether it names a permission set by the field {@code sso}, which counts only behind a
     *     feature gate of the authenticator
     * @param text the row as it is written
     */
    public record Entry(Section section, int line, String arn, Grant grant, boolean ofPermissionSet, String text) {
        /** {@code mapRoles} or {@code mapUsers}. */
        public String dataKey() {
            return section.dataKey();
        }
    }

    /** Reads the data; never fails. */
    public static AwsAuthLookup of(AwsAuthData data) {
        return new AwsAuthLookup(AwsAuthReading.read(data));
    }

    /** The rows that may decide who the principal becomes: none, one, or several when that is not certain. */
    public List<Entry> deciding(PrincipalKey principal) {
        return reading.deciding(principal, List.of()).stream().map(this::entry).toList();
    }

    /** All rows, those that nobody reads too, in the order of the text, roles before users. */
    public List<Entry> rows() {
        return Arrays.stream(Section.values()).flatMap(section -> reading.section(section).rows().stream())
                .map(this::entry).toList();
    }

    /** The accounts whose principals may all enter, as read. */
    public List<String> accounts() {
        return reading.accounts();
    }

    /** Whether a section that cannot be read names the principal, so that a row in it may be about it. */
    public boolean mayDecide(Section lost, PrincipalKey principal) {
        return reading.mayDecide(lost, principal);
    }

    private Entry entry(Row row) {
        return new Entry(row.section(), row.line(), row.arn(), row.grant(), row.sso() != null, reading.text(row));
    }

    /** What is not read, or otherwise than it looks. */
    public List<AwsAuthProblem> problems() {
        return reading.problems();
    }
}
