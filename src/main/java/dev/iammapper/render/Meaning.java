package dev.iammapper.render;

import dev.iammapper.mapping.Grant;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/** Fingerprints of grants: what a ledger remembers of a row instead of its text. */
public final class Meaning {
    private static final int BYTES = 16;

    private Meaning() {}

    /** 32 hexadecimal digits that are equal exactly when the grants {@linkplain Grant#means mean} the same. */
    public static String of(Grant grant) {
        List<String> parts = new ArrayList<>(grant.groups().size() + 1);
        parts.add(grant.username());
        parts.addAll(new TreeSet<>(grant.groups()));
        return digest(parts);
    }

    /** 32 hexadecimal digits that are equal exactly when the parts are. */
    static String digest(List<String> parts) {
        StringBuilder canonical = new StringBuilder();
        parts.forEach(part -> append(canonical, part));
        byte[] digest = sha256().digest(canonical.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, BYTES);
    }

    /** Each part carries its length, so that no two lists of parts run together into one text. */
    private static void append(StringBuilder canonical, String part) {
        canonical.append(part.length()).append(':').append(part);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
