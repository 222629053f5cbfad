package dev.iammapper.render;

import dev.iammapper.mapping.Grant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of a section as the authenticator reads it, and the text it stands in.
 *
 * @param section where it stands
 * @param index its place among the rows, from 0
 * @param line from 1
 * @param arn the text of {@code rolearn} or {@code userarn}, empty when the authenticator reads none
 * @param grant username and groups as read: what has a wrong type reads as empty
 * @param sso the permission set that the row names, or null; whether such a row counts depends on a feature gate of the
 *     authenticator, so that it decides nothing for certain
 * @param span the row's text
 */
record Row(Section section, int index, int line, String arn, Grant grant, @Nullable Sso sso, Span span) {

    /**
     * Part of a section's text.
     *
     * @param from char offset; in block style the beginning of the row's first line
     * @param to exclusive; in block style behind the line break of the row's last line
     * @param wholeLines whether nothing else stands on these lines, without which a block row cannot be edited
     */
    record Span(int from, int to, boolean wholeLines) {}

    /**
     * A permission set of IAM Identity Center as the authenticator's {@code sso} field names it.
     *
     * @param partition empty means {@code aws}
     */
    record Sso(String partition, String accountId, String permissionSet) {
        /** How the lower-case name of every role of a permission set begins. */
        static final String ROLE = "role/awsreservedsso_";

        /** Whether the lower-case role ARN belongs to the permission set. */
        boolean matches(String principal) {
            List<String> parts = List.of(principal.split(":", 6));
            String name = (ROLE + permissionSet + "_").toLowerCase(java.util.Locale.ROOT);
            return parts.size() == 6 && parts.get(1).equals(partition.isEmpty() ? "aws" : partition)
                    && parts.get(4).equals(accountId) && parts.get(5).startsWith(name);
        }
    }

    /** The meaning as ledgers keep it. */
    String meaning() {
        return Meaning.of(grant);
    }

    /** The text with letter case folded as the authenticator compares it: as Unicode folds ASCII letters. */
    static String fold(String text) {
        int at = 0;
        while (at < text.length() && fold(text.charAt(at)) == text.charAt(at)) {
            at++;
        }
        if (at == text.length()) {
            return text;
        }
        StringBuilder folded = new StringBuilder(text);
        for (; at < text.length(); at++) {
            folded.setCharAt(at, fold(text.charAt(at)));
        }
        return folded.toString();
    }

    private static char fold(char c) {
        return switch (c) {
            case '\u212A' -> 'k';
            case '\u017F' -> 's';
            default -> c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
        };
    }
}
