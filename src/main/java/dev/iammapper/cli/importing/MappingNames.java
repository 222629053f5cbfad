package dev.iammapper.cli.importing;

import dev.iammapper.mapping.PrincipalArn;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names for objects, after the principals that they map: the same principals get the same names in whatever order they
 * come, each name is unique, and all are what the API server takes.
 */
final class MappingNames {
    private static final int LONGEST = 200;
    private static final int DIGEST_BYTES = 4;
    private static final Pattern PERMISSION_SET = Pattern.compile("AWSReservedSSO_(.+)_[0-9a-fA-F]{16}");

    private MappingNames() {}

    /**
     * The names, in the order of the principals, who are all different.
     *
     * @param taken names that other objects have
     */
    static List<String> of(List<PrincipalArn> principals, Set<String> taken) {
        List<Function<PrincipalArn, String>> ways = List.of(MappingNames::plain,
                principal -> plain(principal) + "-" + kind(principal),
                principal -> plain(principal) + "-" + principal.accountId(),
                principal -> plain(principal) + "-" + digest(principal));
        Map<PrincipalArn, String> names = new HashMap<>();
        Set<String> used = new HashSet<>(taken);
        for (Function<PrincipalArn, String> way : ways) {
            Map<String, List<PrincipalArn>> byName = new HashMap<>();
            principals.stream().filter(principal -> !names.containsKey(principal))
                    .forEach(principal -> byName.computeIfAbsent(way.apply(principal), _ -> new ArrayList<>())
                            .add(principal));
            byName.forEach((name, sharers) -> {
                // Of several none gets the short name: which one did would hang on the order of the rows.
                if (sharers.size() == 1 && used.add(name)) {
                    names.put(sharers.getFirst(), name);
                }
            });
            used.addAll(byName.keySet());
        }
        return principals.stream().map(principal -> names.computeIfAbsent(principal, MappingNames::longest)).toList();
    }

    private static String longest(PrincipalArn principal) {
        return plain(principal) + "-" + principal.accountId() + "-" + digest(principal);
    }

    private static String plain(PrincipalArn principal) {
        String name = switch (principal.kind()) {
            case ROLE -> role(principal.name());
            case USER -> principal.name();
            case ROOT -> "root-" + principal.accountId();
            case FEDERATED_USER -> "federated-" + principal.name();
        };
        String plain = name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-");
        String cut = plain.substring(0, Math.min(LONGEST, plain.length())).replaceAll("^-+|-+$", "");
        return cut.isEmpty() ? "mapping" : cut;
    }

    private static String kind(PrincipalArn principal) {
        return switch (principal.kind()) {
            case ROLE -> "role";
            case USER -> "user";
            case ROOT -> "root";
            case FEDERATED_USER -> "federated";
        };
    }

    /** A permission set keeps its name when it gets another role. */
    private static String role(String name) {
        Matcher set = PERMISSION_SET.matcher(name);
        return set.matches() ? "sso-" + set.group(1) : name;
    }

    private static String digest(PrincipalArn principal) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(principal.key().value().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
