package dev.iammapper.identity;

import dev.iammapper.mapping.PrincipalArn;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A username or group with its templates filled in as {@code renderTemplates} of the authenticator's
 * {@code pkg/server/server.go} does it, as far as the values are known.
 *
 * @param text the name; templates whose value is not known stay
 * @param unknown the templates that stayed
 * @param refusal why EKS refuses the login for this name, or null when it does not
 */
record RenderedName(String text, List<String> unknown, @Nullable String refusal) {
    private static final String PRIVATE_DNS_NAME = "{{EC2PrivateDNSName}}";
    private static final String ACCOUNT_ID = "{{AccountID}}";
    private static final String SESSION_NAME = "{{SessionName}}";
    private static final String SESSION_NAME_RAW = "{{SessionNameRaw}}";
    private static final String ACCESS_KEY_ID = "{{AccessKeyID}}";
    private static final Pattern INSTANCE = Pattern.compile("i-([0-9A-Za-z_]{8}|[0-9A-Za-z_]{17})");

    /** Copies the list. */
    RenderedName {
        unknown = List.copyOf(unknown);
    }

    /** Fills in what is known of the principal. */
    static RenderedName of(String template, AskedPrincipal.Named asked) {
        String session = session(asked);
        List<String> unknown = new ArrayList<>();
        String refusal = null;
        if (template.contains(PRIVATE_DNS_NAME)) {
            unknown.add(PRIVATE_DNS_NAME);
            if (session != null && !INSTANCE.matcher(session).matches()) {
                refusal = session.isEmpty()
                        ? "EKS refuses the login: " + PRIVATE_DNS_NAME + " is filled in from the name of a session, and"
                                + " only roles have sessions"
                        : "EKS refuses the login: " + PRIVATE_DNS_NAME + " needs a session that is named after an EC2"
                                + " instance, as \"i-0123456789abcdef0\", and this one is \"" + session + "\"";
            }
        }
        String name = template.replace(ACCOUNT_ID, asked.arn().accountId());
        if (session == null) {
            noteIfThere(name, SESSION_NAME, unknown);
            noteIfThere(name, SESSION_NAME_RAW, unknown);
        } else {
            name = name.replace(SESSION_NAME, session.replace('@', '-')).replace(SESSION_NAME_RAW, session);
        }
        noteIfThere(name, ACCESS_KEY_ID, unknown);
        return new RenderedName(name, unknown, refusal);
    }

    /** Empty for those who have none, and null for a role's where nobody said it. */
    private static @Nullable String session(AskedPrincipal.Named asked) {
        return asked.arn().kind() == PrincipalArn.Kind.ROLE ? asked.session() : "";
    }

    private static void noteIfThere(String name, String template, List<String> unknown) {
        if (name.contains(template)) {
            unknown.add(template);
        }
    }

    boolean isKnown() {
        return unknown.isEmpty();
    }
}
