package dev.iammapper.render;

import java.util.Arrays;

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

    /** Whether it stands in a section of rows: {@code mapAccounts} has none. */
    public boolean hasRows() {
        return Arrays.stream(Section.values()).anyMatch(section -> section.dataKey().equals(dataKey));
    }

    /** Place and message on one line. */
    public String sentence() {
        return dataKey + " line " + line + ", column " + column + ": " + message;
    }
}
