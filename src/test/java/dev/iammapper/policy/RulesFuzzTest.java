package dev.iammapper.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.mapping.MappingParts;
import dev.iammapper.mapping.PrincipalArn;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever an object says, judging it does not fail; and what is not denied can never become more than was checked,
 * whoever names the session. The seed of a failure stands in its message. Longer runs:
 * {@code -Dproperties.samples=100000 -Dproperties.seed=7}.
 */
class RulesFuzzTest {
    private static final int SAMPLES = 100 * Integer.getInteger("properties.samples", 150);
    /** Seeds that follow each other give like beginnings; spread out, they do not. */
    private static final long SCRAMBLE = 0x9E3779B97F4A7C15L;
    private static final long FIRST_SEED = Integer.getInteger("properties.seed", 1) * 10_000_000L;

    private static final List<String> ARNS = List.of("arn:aws:iam::111122223333:role/Admin",
            "arn:aws:iam::111122223333:role/path/AWSReservedSSO_A_0123456789abcdef",
            "arn:aws-cn:iam::000000000000:role/a", "arn:aws:iam::111122223333:user/a/b",
            "arn:aws:iam::111122223333:root",
            "arn:aws:sts::111122223333:federated-user/Bob", "arn:aws:sts::111122223333:assumed-role/a/b", "", "*",
            "arn:");
    private static final List<String> PIECES = List.of("{{EC2PrivateDNSName}}", "{{AccountID}}", "{{SessionName}}",
            "{{SessionNameRaw}}", "{{AccessKeyID}}", "{{SessionName}}", "{{SessionNameRaw}}", "{{sessionname}}", "{{",
            "}}",
            "{", "}", "SessionName", "SessionNameRaw}}", "AccountID", "system:", "system:", "system:masters",
            "system:nodes", "sys", "s", "tem", "tem:",
            ":",
            "node", "node:", "nodes", "masters", "serviceaccount:", "eks:", "ek", "s:", "aws", "a", "iam", "amazon",
            "-",
            "dev", "System:", " ", ",", "\n", "\u0000", "\uD800", "é", "\u200B", "bootstrappers", "unauthenticated",
            "%s",
            "\\", "\"", "x".repeat(260));
    private static final List<String> WHOLE = List.of("dev:{{SessionName}}", "dev", "system:masters", "system:nodes",
            "system:kube-scheduler", "system:node:a", "system:serviceaccount:a:b", "sys{{SessionName}}:a");
    private static final List<String> SESSIONS = List.of("masters", "system", "tem", "ystem", "node", "serviceaccount",
            "eks", "aws", "iam", "amazon", "ek", "i-0123456789abcdef0", "i-01234567", "SessionNameRaw",
            "jane@example.com",
            "admin", "nodes", "a", "=,.@-_+");

    /** What the authenticator makes of a name, as {@code renderTemplates} in {@code pkg/server/server.go} does it. */
    private static String render(String name, PrincipalArn principal, String session) {
        return name.replace("{{EC2PrivateDNSName}}", "ip-10-0-0-1.ec2.internal")
                .replace("{{AccountID}}", principal.accountId()).replace("{{SessionName}}", session.replace('@', '-'))
                .replace("{{SessionNameRaw}}", session).replace("{{AccessKeyID}}", "ASIAIOSFODNN7EXAMPLE");
    }

    @Test
    void whatTheSafePolicyAdmitsNeverBecomesMoreThanWasChecked() {
        assertNothingReservedComesOutOf(new Judge(Policy.SAFE));
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVICE_ACCOUNT_USERNAME", "NODE_USERNAME", "RESERVED_USERNAME", "GROUP_TEMPLATE",
            "MASTERS_GRANT", "NODE_GRANT", "RESERVED_GROUP"})
    void theObjectsAreNastyEnoughToNoticeAMissingRule(RuleCode missing) {
        Judge judge = new Judge(Policy.SAFE, Rules.ALL.stream().filter(rule -> rule.code() != missing).toList());

        assertThatThrownBy(() -> assertNothingReservedComesOutOf(judge)).isInstanceOf(AssertionError.class);
    }

    private static void assertNothingReservedComesOutOf(Judge judge) {
        forEach((seed, random) -> {
            Candidate candidate = Candidate.of(object(random));
            PolicyContext context = context(candidate, random);
            if (judge.judge(candidate, context).isDenied() || changesNothing(candidate, context)) {
                return false;
            }
            forEachSession(candidate, (username, groups) -> {
                assertThat(ReservedNames.PREFIXES).as(seed + " " + username).noneMatch(username::startsWith);
                assertThat(groups).as(String.valueOf(seed)).noneMatch(
                        group -> ReservedNames.PREFIXES.stream().anyMatch(group::startsWith));
            });
            return true;
        });
    }

    @Test
    void wherePolicyAllowsEverythingNobodyPosesAsANodeAServiceAccountOrEks() {
        Judge judge = new Judge(Policies.read("""
                accounts: ["111122223333", "000000000000"]
                masters: ["arn:*:iam::*:role/*"]
                nodes: ["arn:*:iam::*:role/*", "arn:*:iam::*:user/*"]
                root-and-federated: ["arn:*:iam::*:*", "arn:*:iam::*:*/*"]
                username-only-template: ["arn:*:iam::*:*/*"]
                iam-users: allow
                """));
        Set<String> known = Set.of("system:masters", "system:nodes", "system:node:", "system:serviceaccount:",
                "system:bootstrappers", "system:node-proxier",
                "eks:kube-proxy-windows");
        forEach((seed, random) -> {
            Candidate candidate = Candidate.of(random.nextInt(10) == 0 ? node(random) : object(random));
            PolicyContext context = context(candidate, random);
            if (judge.judge(candidate, context).isDenied() || changesNothing(candidate, context)) {
                return false;
            }
            forEachSession(candidate, (username, groups) -> {
                boolean node = Set.of("system:node:{{EC2PrivateDNSName}}", "system:node:{{SessionName}}")
                        .contains(candidate.parts().username());
                assertThat(ReservedNames.PREFIXES).as(seed + " " + username)
                        .noneMatch(prefix -> !node && username.startsWith(prefix));
                assertThat(groups).as(String.valueOf(seed)).allMatch(group -> known.contains(group)
                        || ReservedNames.PREFIXES.stream().noneMatch(group::startsWith));
                assertThat(node).as(String.valueOf(seed)).isEqualTo(groups.contains("system:nodes"));
            });
            return true;
        });
    }

    /** What asks for nothing new is not judged. */
    private static boolean changesNothing(Candidate candidate, PolicyContext context) {
        return context.occasion() instanceof Occasion.Update(Candidate before) && candidate.asksForTheSameAs(before);
    }

    private interface Sample {
        /** Whether the sample was worth something. */
        boolean check(long seed, Random random);
    }

    private static void forEach(Sample sample) {
        int worthy = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SAMPLES; seed++) {
            try {
                worthy += sample.check(seed, new Random(seed * SCRAMBLE)) ? 1 : 0;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(worthy).as("objects that were not denied").isGreaterThan(SAMPLES / 50);
    }

    private interface Rendered {
        void check(String username, List<String> groups);
    }

    private static void forEachSession(Candidate candidate, Rendered rendered) {
        MappingParts parts = candidate.parts();
        PrincipalArn principal = parts.principal();
        Stream<String> sessions = principal.kind() == PrincipalArn.Kind.ROLE ? SESSIONS.stream() : Stream.of("");
        sessions.forEach(session -> rendered.check(render(parts.username(), principal, session),
                parts.groups().stream().map(group -> render(group.name(), principal, session)).toList()));
    }

    private static PolicyContext context(Candidate candidate, Random random) {
        Instant now = Instant.ofEpochSecond(random.nextInt(10));
        Candidate other = Candidate.of(object(random));
        Occasion occasion = switch (random.nextInt(8)) {
            case 0 -> new Occasion.Update(other);
            case 1 -> new Occasion.Standing();
            default -> new Occasion.Creation();
        };
        MappingIndex mappings = new MappingIndex();
        mappings.put(other.parts().parsed());
        return PolicyContext.of(occasion, now).with(mappings.neighboursOf(candidate))
                .with(new BindingIndex().bindingsOf(candidate))
                .with(new Impersonation("jane", candidate.impersonations()));
    }

    private static IamIdentityMapping object(Random random) {
        List<String> groups = new ArrayList<>();
        for (int count = random.nextInt(3); count > 0; count--) {
            groups.add(random.nextInt(50) == 0 ? null : text(random, 3));
        }
        return object(random, pick(random, ARNS), text(random, 5), random.nextInt(20) == 0 ? null : groups);
    }

    private static IamIdentityMapping node(Random random) {
        List<String> groups = new ArrayList<>(List.of("system:bootstrappers", "system:nodes"));
        if (random.nextInt(4) == 0) {
            groups.add(text(random, 3));
        }
        if (random.nextInt(8) == 0) {
            groups.removeFirst();
        }
        return object(random, ARNS.get(random.nextInt(4)), "system:node:" + pick(random, PIECES.subList(0, 5)), groups);
    }

    private static IamIdentityMapping object(Random random, String arn, String username, List<String> groups) {
        V1ObjectMeta metadata = new V1ObjectMeta().name("m" + random.nextInt(3));
        if (random.nextBoolean()) {
            metadata.setCreationTimestamp(Instant.ofEpochSecond(random.nextInt(10)).atOffset(ZoneOffset.UTC));
        }
        if (random.nextInt(10) == 0) {
            metadata.setLabels(Map.of(IamIdentityMapping.PROTECTED_LABEL, "true"));
        }
        return new IamIdentityMapping(null, null, random.nextInt(50) == 0 ? null : metadata,
                random.nextInt(50) == 0
                        ? null
                        : new IamIdentityMappingSpec(arn, username, groups, instant(random), instant(random)),
                null);
    }

    private static String instant(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> "1970-01-01T00:00:0" + random.nextInt(10) + "Z";
            case 1 -> "9999-12-31T23:59:59.999999999-23:59";
            case 2 -> "soon";
            default -> null;
        };
    }

    private static String text(Random random, int longest) {
        if (random.nextInt(6) == 0) {
            return pick(random, WHOLE);
        }
        StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "dev:" : "");
        for (int count = random.nextInt(longest + 1); count > 0; count--) {
            text.append(pick(random, PIECES));
        }
        return text.toString();
    }

    private static String pick(Random random, List<String> list) {
        return list.get(random.nextInt(list.size()));
    }
}
