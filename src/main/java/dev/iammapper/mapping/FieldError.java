package dev.iammapper.mapping;

/**
 * One thing that is wrong with an object.
 *
 * @param code stable CamelCase word, one of the constants here
 * @param path the field, as {@code spec.groups[1]}
 * @param message what is wrong, a sentence
 * @param advice what to write instead, a sentence
 */
public record FieldError(String code, String path, String message, String advice) {

    /** A field without which the object means nothing is absent. */
    public static final String FIELD_MISSING = "FieldMissing";

    /** Not an ARN, or one that no principal can have. */
    public static final String ARN_MALFORMED = "ArnMalformed";

    /** A wildcard, which EKS would compare as a letter. */
    public static final String ARN_WILDCARD = "ArnWildcard";

    /** An ARN of something that never calls a cluster: a session, a group, a policy. */
    public static final String ARN_KIND_UNSUPPORTED = "ArnKindUnsupported";

    /** A username that cannot be written or audited faithfully. */
    public static final String USERNAME_MALFORMED = "UsernameMalformed";

    /** A group that cannot be written or audited faithfully. */
    public static final String GROUP_MALFORMED = "GroupMalformed";

    /** Not an RFC 3339 instant. */
    public static final String INSTANT_MALFORMED = "InstantMalformed";

    /** A grant that ends before it begins. */
    public static final String EXPIRY_ORDER = "ExpiryOrder";

    /** An adopt annotation with an unknown word. */
    public static final String ADOPT_MALFORMED = "AdoptMalformed";

    /** The finding on one line, as status and log show it. */
    public String sentence() {
        return path + ": " + message + " " + advice + " (" + code + ")";
    }
}
