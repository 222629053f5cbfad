package dev.iammapper.mapping;

import java.util.Locale;

/**
 * A principal as the authenticator compares it: the whole canonical ARN in lower case.
 *
 * @param value the lower-case ARN
 */
public record PrincipalKey(String value) implements Comparable<PrincipalKey> {

    /** The key of an ARN as it stands in a row: compared in lower case, otherwise as it is. */
    public static PrincipalKey of(String arn) {
        return new PrincipalKey(arn.toLowerCase(Locale.ROOT));
    }

    @Override
    public int compareTo(PrincipalKey other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
