package dev.iammapper.api;

/** Every reason that a condition of ours may carry; the words are part of the API and never change their meaning. */
public enum MappingReason {
    /** The controller wrote the row, or took it over, and EKS reads the grant from it. */
    OWNED("Owned"),
    /** The controller wrote the row, or took it over, but nobody can read the section it stands in. */
    OWNED_UNREAD("OwnedUnread"),
    /** The spec is honoured by a row of ours. */
    APPLIED("Applied"),
    /** A row that somebody else wrote means the same; it is left alone. */
    ALREADY_PRESENT("AlreadyPresent"),
    /** {@code spec.notBefore} lies ahead: no row yet. */
    NOT_YET_ACTIVE("NotYetActive"),
    /** {@code spec.expiresAt} has passed: no row any more. */
    EXPIRED("Expired"),
    /** The object does not mean anything that EKS could read. */
    INVALID("Invalid"),
    /** The policy of the cluster does not allow the grant. */
    POLICY_VIOLATION("PolicyViolation"),
    /** An older object maps the same principal to something else. */
    CONFLICT("Conflict"),
    /** A row that somebody else wrote maps the principal to something else. */
    FOREIGN_ENTRY("ForeignEntry"),
    /** The section of aws-auth cannot be read, so it is not written. */
    AWS_AUTH_MALFORMED("AwsAuthMalformed"),
    /** The section can be read, but not edited without touching text of others. */
    AWS_AUTH_NOT_EDITABLE("AwsAuthNotEditable"),
    /** aws-auth is so long that nothing is added to it. */
    AWS_AUTH_FULL("AwsAuthFull"),
    /** Another tool keeps removing or changing the row, so that it is restored only now and then. */
    CONTENDED("Contended"),
    /** The controller only observes: it would change the row, and has not. */
    OBSERVING("Observing"),
    /** The API server, or a webhook in front of it, refuses aws-auth with this row. */
    REJECTED("Rejected"),
    /** The row is computed and will be written as soon as the API server lets it. */
    PENDING("Pending");

    private final String word;

    MappingReason(String word) {
        this.word = word;
    }

    /** The word on the wire. */
    public String word() {
        return word;
    }
}
