package dev.iammapper.identity;

import dev.iammapper.mapping.ArnProblem;
import dev.iammapper.mapping.FieldError;
import dev.iammapper.mapping.IamNames;
import dev.iammapper.mapping.ParsedArn;
import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.mapping.Quoted;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Somebody as a person names them: by an ARN of IAM, by that of a session, or by an id of IAM. */
public sealed interface AskedPrincipal {

    /** What was asked, as it was written. */
    String text();

    /**
     * Somebody whose ARN is known.
     *
     * @param session the session's name, or null when it was not said or there is none
     */
    record Named(String text, PrincipalArn arn, @Nullable String session) implements AskedPrincipal {}

    /**
     * Somebody of whom only the unique id is known, which EKS never compares.
     *
     * @param id as {@code AROA…} or {@code AIDA…}
     * @param session what stands behind the id's colon, or null
     */
    record ById(String text, String id, @Nullable String session) implements AskedPrincipal {
        /** The same person once something knows their ARN. */
        public Named named(PrincipalArn arn) {
            return new Named(text, arn, session);
        }
    }

    /** Nobody whom EKS could ever see; {@code problems} is never empty. */
    record Unreadable(String text, List<ArnProblem> problems) implements AskedPrincipal {
        /** Copies the list. */
        public Unreadable {
            problems = List.copyOf(problems);
        }
    }

    /** Reads what a person wrote. */
    static AskedPrincipal parse(String text) {
        return Reading.read(text);
    }

    /** The forms. */
    final class Reading {
        /** Prefixes of roles and users, from the page "IAM identifiers" of the IAM User Guide. */
        private static final Pattern ID = Pattern.compile("((?:AROA|AIDA)[A-Z0-9]{8,124})(?::(.+))?");
        private static final Pattern ACCESS_KEY = Pattern.compile("A[KS]IA[A-Z0-9]{8,124}");
        private static final Pattern SESSION = Pattern
                .compile("arn:([^:]*):sts::([^:]*):assumed-role/([^:]+)/([^/:]+)");
        private static final Pattern SESSION_NAME = Pattern.compile("[A-Za-z0-9_+=,.@-]{2,64}");

        private Reading() {}

        private static AskedPrincipal read(String text) {
            Matcher id = ID.matcher(text);
            if (id.matches()) {
                return new ById(text, id.group(1), id.group(2));
            }
            if (ACCESS_KEY.matcher(text).matches()) {
                return unreadable(text, Quoted.text(text)
                        + " is the id of an access key, which says nothing to EKS.",
                        "Ask with that key: \"aws sts get-caller-identity\" prints the ARN to give here.");
            }
            if (IamNames.isAccountId(text)) {
                return unreadable(text, Quoted.text(text) + " is an account, not somebody in it.",
                        "Write \"arn:aws:iam::" + text + ":root\" for its root, or the ARN of a role or user.");
            }
            Matcher session = SESSION.matcher(text);
            return session.matches() ? session(text, session) : arn(text, text, null);
        }

        private static AskedPrincipal session(String text, Matcher session) {
            String name = session.group(4);
            if (!SESSION_NAME.matcher(name).matches()) {
                return unreadable(text, "has the session " + Quoted.text(name) + ", which STS does not take.",
                        "Session names have 2 to 64 letters, digits and _+=,.@-; copy the ARN from"
                                + " \"aws sts get-caller-identity\".");
            }
            return arn(text, "arn:" + session.group(1) + ":iam::" + session.group(2) + ":role/" + session.group(3),
                    name);
        }

        private static AskedPrincipal arn(String text, String arn, @Nullable String session) {
            return switch (PrincipalArn.parse(arn)) {
                case ParsedArn.Valid(PrincipalArn principal) -> new Named(text, principal, session);
                case ParsedArn.Invalid(List<ArnProblem> problems) -> new Unreadable(text, problems);
            };
        }

        private static Unreadable unreadable(String text, String message, String advice) {
            return new Unreadable(text, List.of(new ArnProblem(FieldError.ARN_MALFORMED, message, advice)));
        }
    }
}
