package dev.iammapper.render;

/**
 * Something in aws-auth that the authenticator does not read, or reads otherwise than it looks.
 *
 * @param dataKey {@code mapRoles}, {@code mapUsers} or {@code mapAccounts}
 * @param line from 1
 * @param column from 1
 * @param sectionLost whether the whole section reads as empty because of it
 * @param message what is wrong and what to write instead
 */
public record AwsAuthProblem(String dataKey, int line, int column, boolean sectionLost, String message) {

    /** Place and message on one line. */
    public String sentence() {
        return dataKey + " line " + line + ", column " + column + ": " + message;
    }
}
