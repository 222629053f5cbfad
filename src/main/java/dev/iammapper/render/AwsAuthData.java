package dev.iammapper.render;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The three data keys of aws-auth that the authenticator reads.
 *
 * @param mapRoles the text, or null when the key is absent
 * @param mapUsers the text, or null when the key is absent
 * @param mapAccounts the text, or null when the key is absent; read, never written here
 */
public record AwsAuthData(@Nullable String mapRoles, @Nullable String mapUsers, @Nullable String mapAccounts) {

    /** What a missing aws-auth means: no rows. */
    public static final AwsAuthData EMPTY = new AwsAuthData(null, null, null);

    /** The text of one section, or null when its key is absent. */
    public @Nullable String section(Section section) {
        return switch (section) {
            case ROLES -> mapRoles;
            case USERS -> mapUsers;
        };
    }

    /** How long the texts are in UTF-8, as the API server counts them. */
    public int bytes() {
        return bytes(mapRoles) + bytes(mapUsers) + bytes(mapAccounts);
    }

    static int bytes(@Nullable String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The same data with another text in one section; null removes the key. */
    public AwsAuthData with(Section section, @Nullable String text) {
        return switch (section) {
            case ROLES -> new AwsAuthData(text, mapUsers, mapAccounts);
            case USERS -> new AwsAuthData(mapRoles, text, mapAccounts);
        };
    }
}
