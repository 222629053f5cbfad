package dev.iammapper.policy;

import dev.iammapper.mapping.PrincipalArn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A username or group as the authenticator renders it: the five templates of {@code renderTemplates} in
 * {@code pkg/server/server.go}, replaced as they stand, letter case and all; everything else is text.
 *
 * @param pieces what it is made of, in order; no two texts follow each other
 */
record NameTemplate(List<Piece> pieces) {
    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";
    private static final int MAX_FRAGMENT = 40;

    /** Copies the list. */
    NameTemplate {
        pieces = List.copyOf(pieces);
    }

    /** A piece of the name. */
    sealed interface Piece {
        /** Characters that stay as they are. */
        record Text(String text) implements Piece {}

        /** A template. */
        record Slot(Variable variable) implements Piece {}
    }

    /** The templates, and the characters that may come out of them. */
    enum Variable {
        /** The private DNS name of the EC2 instance that the session is named after. */
        EC2_PRIVATE_DNS_NAME("EC2PrivateDNSName", ".-"),
        /** The account of the principal, twelve digits. */
        ACCOUNT_ID("AccountID", ""),
        /** The session's name with dashes for at signs. */
        SESSION_NAME("SessionName", "_+=,.-"),
        /** The session's name. */
        SESSION_NAME_RAW("SessionNameRaw", "_+=,.@-"),
        /** The id of the access key. */
        ACCESS_KEY_ID("AccessKeyID", "");

        private final String name;
        private final String punctuation;

        Variable(String name, String punctuation) {
            this.name = name;
            this.punctuation = punctuation;
        }

        /** The template as it is written. */
        String text() {
            return OPEN + name + CLOSE;
        }

        /** Whether the name of the session, or something that hangs on it, is filled in. */
        boolean isOfSession() {
            return switch (this) {
                case EC2_PRIVATE_DNS_NAME, SESSION_NAME, SESSION_NAME_RAW -> true;
                case ACCOUNT_ID, ACCESS_KEY_ID -> false;
            };
        }

        /** Whether the caller may choose the value: the session's name itself. */
        boolean isSessionName() {
            return this == SESSION_NAME || this == SESSION_NAME_RAW;
        }

        /** Whether the value is the same for every session of one principal. */
        boolean isFixed() {
            return this == ACCOUNT_ID;
        }

        /** Whether nothing may come out: users have no session. */
        private boolean mayBeEmpty() {
            return isSessionName();
        }

        private boolean mayHold(char character) {
            boolean digit = '0' <= character && character <= '9';
            boolean letter = ('a' <= character && character <= 'z') || ('A' <= character && character <= 'Z');
            return digit || (letter && this != ACCOUNT_ID) || punctuation.indexOf(character) >= 0;
        }
    }

    static NameTemplate of(String text) {
        List<Piece> pieces = new ArrayList<>();
        int textFrom = 0;
        int at = 0;
        while (at < text.length()) {
            Variable variable = variableAt(text, at);
            if (variable == null) {
                at++;
                continue;
            }
            if (at > textFrom) {
                pieces.add(new Piece.Text(text.substring(textFrom, at)));
            }
            pieces.add(new Piece.Slot(variable));
            at += variable.text().length();
            textFrom = at;
        }
        if (textFrom < text.length()) {
            pieces.add(new Piece.Text(text.substring(textFrom)));
        }
        return new NameTemplate(pieces);
    }

    private static @Nullable Variable variableAt(String text, int at) {
        if (!text.startsWith(OPEN, at)) {
            return null;
        }
        for (Variable variable : Variable.values()) {
            if (text.startsWith(variable.text(), at)) {
                return variable;
            }
        }
        return null;
    }

    boolean has(Variable variable) {
        return variables().contains(variable);
    }

    List<Variable> variables() {
        return pieces.stream().filter(Piece.Slot.class::isInstance).map(piece -> ((Piece.Slot) piece).variable())
                .toList();
    }

    /** Whether every session of the principal gets the same name. */
    boolean isFixed() {
        return variables().stream().allMatch(Variable::isFixed);
    }

    /** The one name that everybody gets, where {@link #isFixed()}; the template stays where the account is unknown. */
    String fixedText(@Nullable PrincipalArn principal) {
        StringBuilder text = new StringBuilder();
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Text(String written) -> text.append(written);
                case Piece.Slot(Variable variable) -> text.append(variable.isFixed() && principal != null
                        ? principal.accountId()
                        : variable.text());
            }
        }
        return text.toString();
    }

    /** What stands before the first template that not every session fills in alike; all of it where there is none. */
    List<Piece> beforeFirstVariable() {
        return pieces.stream().takeWhile(
                piece -> !(piece instanceof Piece.Slot(Variable variable)) || variable.isFixed()).toList();
    }

    /** Whether a text of the name before its first template of the session's name holds a colon. */
    boolean hasColonBeforeSessionName() {
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Text(String text) -> {
                    if (text.indexOf(':') >= 0) {
                        return true;
                    }
                }
                case Piece.Slot(Variable variable) -> {
                    if (variable.isSessionName()) {
                        return false;
                    }
                }
            }
        }
        return false;
    }

    /**
     * The first thing that looks like a template and is none, or null. Whatever is left of braces once the templates
     * are filled in must not make a template: so none may stand right before or behind one either.
     */
    @Nullable
    String brokenTemplate() {
        for (int index = 0; index < pieces.size(); index++) {
            if (!(pieces.get(index) instanceof Piece.Text(String text))) {
                continue;
            }
            boolean slotBefore = index > 0;
            boolean slotBehind = index + 1 < pieces.size();
            if (text.contains(OPEN) || text.contains(CLOSE)) {
                return fragment(text);
            }
            if (slotBehind && text.endsWith("{")) {
                return "{" + text(pieces.get(index + 1));
            }
            if (slotBefore && text.startsWith("}")) {
                return text(pieces.get(index - 1)) + "}";
            }
            String single = singleBraces(text);
            if (single != null) {
                return single;
            }
        }
        return null;
    }

    private static String text(Piece piece) {
        return switch (piece) {
            case Piece.Text(String text) -> text;
            case Piece.Slot(Variable variable) -> variable.text();
        };
    }

    /** The part of the text that looks like a template, for people. */
    private static String fragment(String text) {
        int open = text.indexOf(OPEN);
        int close = text.indexOf(CLOSE, Math.max(0, open));
        int from = open < 0 ? Math.max(0, close - MAX_FRAGMENT) : open;
        int to = close < 0 ? text.length() : close + CLOSE.length();
        return text.substring(from, Math.min(to, from + 2 * MAX_FRAGMENT));
    }

    /** A known template in single braces: surely a slip. */
    private static @Nullable String singleBraces(String text) {
        String lowerCase = text.toLowerCase(Locale.ROOT);
        for (Variable variable : Variable.values()) {
            String wrong = "{" + variable.name.toLowerCase(Locale.ROOT) + "}";
            int at = lowerCase.indexOf(wrong);
            // The lower case of a text may be longer than the text, but not before the first character that grows.
            if (at >= 0 && at + wrong.length() <= text.length()) {
                return text.substring(at, at + wrong.length());
            }
        }
        return null;
    }

    /**
     * Whether some session could make the name start with the prefix: a walk over the pieces with the set of all places
     * of the prefix that may have been reached.
     */
    boolean canStartWith(String prefix) {
        Set<Integer> reached = new TreeSet<>(Set.of(0));
        for (Piece piece : pieces) {
            Set<Integer> next = new TreeSet<>();
            for (int place : reached) {
                switch (piece) {
                    case Piece.Text(String text) -> {
                        if (prefix.startsWith(text, place)) {
                            next.add(place + text.length());
                        } else if (text.startsWith(prefix.substring(place))) {
                            return true;
                        }
                    }
                    case Piece.Slot(Variable variable) -> {
                        if (variable.mayBeEmpty()) {
                            next.add(place);
                        }
                        for (int end = place; end < prefix.length() && variable.mayHold(prefix.charAt(end)); end++) {
                            next.add(end + 1);
                        }
                    }
                }
            }
            if (next.contains(prefix.length())) {
                return true;
            }
            reached = next;
        }
        return false;
    }
}
