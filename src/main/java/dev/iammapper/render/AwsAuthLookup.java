package dev.iammapper.render;

import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.PrincipalKey;
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
     * @param dataKey {@code mapRoles} or {@code mapUsers}
     * @param line of the section's text, from 1
     * @param grant as the authenticator reads it
     */
    public record Entry(String dataKey, int line, Grant grant) {}

    /** Reads the data; never fails. */
    public static AwsAuthLookup of(AwsAuthData data) {
        return new AwsAuthLookup(AwsAuthReading.read(data));
    }

    /** The rows that may decide who the principal becomes: none, one, or several when that is not certain. */
    public List<Entry> deciding(PrincipalKey principal) {
        return reading.deciding(principal, List.of()).stream()
                .map(row -> new Entry(row.section().dataKey(), row.line(), row.grant())).toList();
    }

    /** What is not read, or otherwise than it looks. */
    public List<AwsAuthProblem> problems() {
        return reading.problems();
    }
}
