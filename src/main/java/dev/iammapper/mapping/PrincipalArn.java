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
     * Lets no part through that IAM would not.
     *
     * @throws IllegalArgumentException for such a part; text from users goes through {@link #parse} instead
     */
    public PrincipalArn {
        require(IamNames.isPartition(partition), "partition", partition);
        require(IamNames.isAccountId(accountId), "account", accountId);
        require(IamNames.isName(kind, name), "name", name);
        require(hasPath(kind) ? IamNames.isPath(path) : path.equals("/"), "path", path);
    }

    /**
     * Reads an ARN as a user wrote it, with a sentence for everything that keeps EKS from ever matching it.
     *
     * @param text any text
     */
    public static ParsedArn parse(String text) {
        return new ArnReader(text).read();
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

    private static boolean hasPath(Kind kind) {
        return switch (kind) {
            case ROLE, USER -> true;
            case ROOT, FEDERATED_USER -> false;
        };
    }

    private static void require(boolean holds, String part, String value) {
        if (!holds) {
            throw new IllegalArgumentException("no ARN of a principal has the " + part + " " + Quoted.text(value));
        }
    }
}
