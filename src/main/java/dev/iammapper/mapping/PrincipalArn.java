package dev.iammapper.mapping;

/**
 * The ARN of an IAM principal that EKS can recognise.
 *
 * @param partition one of the eight AWS partitions
 * @param accountId twelve digits
 * @param kind what kind of principal
 * @param path the IAM path with both slashes, {@code "/"} when there is none
 * @param name the role's, user's or federated user's name as it was written; empty for the account's root
 */
public record PrincipalArn(String partition, String accountId, Kind kind, String path, String name) {

    /** The kinds of principals whose ARN STS reports in a form that a row can match. */
    public enum Kind {
        /** {@code role/…}: sessions of the role. */
        ROLE,
        /** {@code user/…}: an IAM user. */
        USER,
        /** {@code root}: the account's root. */
        ROOT,
        /** {@code sts … federated-user/…}: a federated user. */
        FEDERATED_USER
    }

    /**
     * The ARN as it must stand in aws-auth: a role without its path, because STS never reports it; a user with its
     * path, because STS does.
     */
    public String canonical() {
        String prefix = "arn:" + partition + ":";
        return switch (kind) {
            case ROLE -> prefix + "iam::" + accountId + ":role/" + name;
            case USER -> prefix + "iam::" + accountId + ":user" + path + name;
            case ROOT -> prefix + "iam::" + accountId + ":root";
            case FEDERATED_USER -> prefix + "sts::" + accountId + ":federated-user/" + name;
        };
    }

    /** The principal as the authenticator compares it. */
    public PrincipalKey key() {
        return PrincipalKey.of(canonical());
    }
}
