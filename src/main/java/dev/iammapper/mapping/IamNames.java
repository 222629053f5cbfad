package dev.iammapper.mapping;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * What IAM lets names look like, from the models of its API and the page "IAM and AWS STS quotas" of the IAM User
 * Guide.
 */
public final class IamNames {
    /** The partitions that aws-iam-authenticator knows, in its order. */
    public static final List<String> PARTITIONS = List.of("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b",
            "aws-iso-e",
            "aws-iso-f", "aws-eusc");

    /** The longest ARN that IAM's API takes. */
    public static final int MAX_ARN = 2048;

    /** The longest path, both slashes included. */
    static final int MAX_PATH = 512;

    private static final int ACCOUNT_DIGITS = 12;
    private static final String PUNCTUATION = "_+=,.@-";

    private IamNames() {}

    /** Whether the text is one of {@link #PARTITIONS}. */
    public static boolean isPartition(String text) {
        return PARTITIONS.contains(text);
    }

    /** Whether the text is the id of an account: twelve digits. */
    public static boolean isAccountId(String text) {
        return text.length() == ACCOUNT_DIGITS && text.chars().allMatch(IamNames::isDigit);
    }

    static boolean isName(PrincipalArn.Kind kind, String text) {
        return text.length() >= minName(kind) && text.length() <= maxName(kind)
                && text.chars().allMatch(IamNames::isNameCharacter);
    }

    /** A path of a role or user: printable ASCII between slashes, no empty segment, nothing that matches patterns. */
    static boolean isPath(String text) {
        IntPredicate allowed = character -> isPrintable(character) && "*?:".indexOf(character) < 0;
        return text.startsWith("/") && text.endsWith("/") && text.length() <= MAX_PATH && !text.contains("//")
                && text.chars().allMatch(allowed);
    }

    static int minName(PrincipalArn.Kind kind) {
        return switch (kind) {
            case ROLE, USER -> 1;
            case ROOT -> 0;
            case FEDERATED_USER -> 2;
        };
    }

    /** Users created through older interfaces may have up to 128 characters; new ones have at most 64. */
    static int maxName(PrincipalArn.Kind kind) {
        return switch (kind) {
            case ROLE -> 64;
            case USER -> 128;
            case ROOT -> 0;
            case FEDERATED_USER -> 32;
        };
    }

    /** Whether the names of roles and users may hold the character. */
    public static boolean isNameCharacter(int character) {
        return isDigit(character) || isBetween('a', character, 'z') || isBetween('A', character, 'Z')
                || PUNCTUATION.indexOf(character) >= 0;
    }

    /** ASCII without space and control characters. */
    public static boolean isPrintable(int character) {
        return isBetween('!', character, '~');
    }

    private static boolean isDigit(int character) {
        return isBetween('0', character, '9');
    }

    private static boolean isBetween(int first, int character, int last) {
        return first <= character && character <= last;
    }
}
