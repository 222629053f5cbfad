package dev.iammapper.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.mapping.IamNames;
import dev.iammapper.policy.Policy.Enforcement;
import dev.iammapper.policy.Policy.IamUsers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PolicyTextTest {
    private static final int SAMPLES = Integer.getInteger("properties.samples", 150);
    private static final int SEED = Integer.getInteger("properties.seed", 1);

    @Test
    void whatATextDoesNotSayIsSafe() {
        assertThat(Policies.read("")).isEqualTo(Policy.SAFE);
        assertThat(Policies.read("# nothing\n")).isEqualTo(Policy.SAFE);
        assertThat(Policies.read("{}")).isEqualTo(Policy.SAFE);
        assertThat(Policies.read("masters:\nenforcement:\n")).isEqualTo(Policy.SAFE);
        assertThat(Policy.SAFE.masters().patterns()).isEmpty();
        assertThat(Policy.SAFE.nodes().patterns()).isEmpty();
        assertThat(Policy.SAFE.enforcement()).isEqualTo(Enforcement.DENY);
    }

    @Test
    void everySettingIsRead() {
        Policy policy = Policies.read("""
                enforcement: warn
                partition: aws-cn
                accounts: ["111122223333", 012345670123]
                masters:
                  - arn:aws-cn:iam::111122223333:role/Admin
                nodes:
                  - arn:aws-cn:iam::*:role/eks-*
                iam-users: deny
                root-and-federated: ["arn:aws-cn:iam::111122223333:root"]
                username-only-template: ["arn:aws-cn:iam::111122223333:role/AWSReservedSSO_*"]
                expiry:
                  - groups: [platform-admins, "on-call-*"]
                    within: 12h
                  - groups: ["*"]
                requester-must-hold: true
                deny-warnings: [UnboundGroup, EscalatingGroup]
                """);
        assertThat(policy.enforcement()).isEqualTo(Enforcement.WARN);
        assertThat(policy.partition()).isEqualTo("aws-cn");
        assertThat(policy.accounts()).containsExactly("111122223333", "012345670123");
        assertThat(policy.iamUsers()).isEqualTo(IamUsers.DENY);
        assertThat(policy.expiry()).containsExactly(
                new ExpiryRule(List.of("platform-admins", "on-call-*"), Duration.ofHours(12)),
                new ExpiryRule(List.of("*"), null));
        assertThat(policy.requesterMustHold()).isTrue();
        assertThat(policy.denyWarnings()).containsExactlyInAnyOrder(RuleCode.UNBOUND_GROUP, RuleCode.ESCALATING_GROUP);
        assertThat(Stream.of(policy.masters(), policy.nodes(), policy.rootAndFederated(), policy.usernameOnlyTemplate())
                .map(ArnPatterns::patterns)).allSatisfy(patterns -> assertThat(patterns).hasSize(1));
    }

    @Test
    void jsonIsReadToo() {
        assertThat(Policies.read("{\"accounts\": [\"111122223333\"], \"requester-must-hold\": true}").accounts())
                .containsExactly("111122223333");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnceWithItsPlace() {
        assertThat(Policies.errors("""
                enforcement: Warn
                partition: amazon
                accounts: [123, "1111-2222-3333"]
                masters: [role/Admin]
                iamUsers: deny
                expiry:
                  - group: [a]
                  - groups: ["a b"]
                    within: soon
                requester-must-hold: yes
                deny-warnings: [UnboundGroups, MastersGrant]
                colour: red
                """)).containsExactly(
                "line 5, column 1: the policy has the unknown key \"iamUsers\". Did you mean \"iam-users\"?",
                "line 12, column 1: the policy has the unknown key \"colour\". Known keys are accounts, deny-warnings,"
                        + " enforcement, expiry, iam-users, masters, nodes, partition, requester-must-hold,"
                        + " root-and-federated, username-only-template.",
                "line 7, column 5: expiry[0]: has the unknown key \"group\". Did you mean \"groups\"?",
                "line 1, column 14: enforcement: is \"Warn\". Write one of deny, warn.",
                "line 2, column 12: partition: is \"amazon\", which does not exist. Write one of "
                        + String.join(", ", IamNames.PARTITIONS) + ", or nothing when it is not known.",
                "line 3, column 12: accounts[0]: is \"123\", which is not 12 digits. Write the account's 12 digits in"
                        + " quotes, with leading zeros and without dashes.",
                "line 3, column 17: accounts[1]: is \"1111-2222-3333\", which is not 12 digits. Write the account's 12"
                        + " digits in quotes, with leading zeros and without dashes.",
                "line 4, column 11: masters[0]: \"role/Admin\" is not an ARN with six sections. Write"
                        + " \"arn:aws:iam::<account>:role/<name>\"; \"*\" stands for any characters within a section.",
                "line 7, column 5: expiry[0].groups: names no group. Write the groups that must end; \"*\" stands for"
                        + " any characters.",
                "line 8, column 14: expiry[1].groups[0]: is \"a b\", which no group can be named. Write the name of a"
                        + " group; \"*\" stands for any characters.",
                "line 9, column 13: expiry[1].within: is \"soon\". Write a time from one minute to 100 years, such as"
                        + " \"90m\", \"12h\" or \"30d\".",
                "line 10, column 22: requester-must-hold: is \"yes\". Write true or false.",
                "line 11, column 17: deny-warnings[0]: is \"UnboundGroups\", which no rule is called. Did you mean"
                        + " UnboundGroup?",
                "line 11, column 32: deny-warnings[1]: is MastersGrant, whose findings are never warnings that could be denied. Write one of"
                        + " ArnServiceLinkedRole, IamUser, TemplateWithoutColon, NoSessionInUsername, ExpiryInPast,"
                        + " DuplicatePrincipal, SharedUsername, EscalatingGroup, UnboundGroup.");
    }

    @Test
    void shapesThatAreNoPolicyAreRefused() {
        assertThat(Policies.errors("policy:\n  masters: []\n")).singleElement().asString()
                .contains("unknown key \"policy\". Write what stands below it at the top of the text.");
        assertThat(Policies.errors("- a")).singleElement().asString().contains("must be a map");
        assertThat(Policies.errors("masters: arn:aws:iam::111122223333:role/a")).singleElement().asString()
                .contains("masters: must be a list");
        assertThat(Policies.errors("masters: [[a]]")).first().asString().contains("masters[0]: must be a text");
        assertThat(Policies.errors("masters: [null]")).first().asString().contains("masters[0]: is null");
        assertThat(Policies.errors("enforcement: deny\nenforcement: warn\n")).singleElement().asString()
                .startsWith("line 2, column 1: enforcement: is written twice.");
        assertThat(Policies.errors("enforcement: [")).singleElement().asString().contains("is not YAML");
        assertThat(Policies.errors("enforcement: deny\n---\nmasters: []\n")).singleElement().asString()
                .contains("is not YAML");
        assertThat(Policies.errors("a: ".repeat(PolicyText.MAX_LENGTH))).singleElement().asString()
                .contains("has more than");
        assertThat(Policies.errors("[".repeat(10_000))).singleElement().asString().contains("is not YAML");
        assertThat(Policies.errors("accounts: &a [*a]")).isNotEmpty();
        assertThat(Policies.errors("\u0000")).isNotEmpty();
    }

    @Test
    void settingsFromElsewhereAreCheckedAlikeWithoutPlaces() {
        PolicySettings settings = new PolicySettings(null, "", List.of("1"), null, null, "never", null, null,
                List.of(new PolicySettings.Expiry(null, null)), null, null);
        assertThat(((ParsedPolicy.Invalid) settings.check()).errors()).extracting(SettingError::key)
                .containsExactly("accounts[0]", "iam-users", "expiry[0].groups");
    }

    @Test
    void patternsForEveryAccountNeedAListOfAccounts() {
        String star = "masters: [\"arn:aws:iam::*:role/Admin\"]\n";
        assertThat(Policies.errors(star)).singleElement().asString()
                .contains("masters[0]: names every AWS account, also those of strangers.");
        assertThat(Policies.read(star + "accounts: [\"111122223333\"]\n").masters().patterns()).hasSize(1);
    }

    @Test
    void thePolicyInForceIsWrittenForPeople() {
        assertThat(PolicyText.write(Policies.read("""
                masters: [arn:aws:iam::111122223333:role/Admin]
                expiry:
                  - groups: [platform-admins]
                    within: PT36H
                """))).isEqualTo("""
                enforcement: deny
                partition: ""
                accounts: []
                masters:
                  - "arn:aws:iam::111122223333:role/Admin"
                nodes: []
                iam-users: warn
                root-and-federated: []
                username-only-template: []
                expiry:
                  - groups:
                      - "platform-admins"
                    within: 36h
                requester-must-hold: false
                deny-warnings: []
                """);
    }

    @Test
    void whatIsWrittenIsReadBackAsTheSamePolicy() {
        for (int seed = SEED; seed < SEED + SAMPLES; seed++) {
            Policy policy = random(new Random(seed));
            String text = PolicyText.write(policy);
            assertThat(Policies.read(text)).as("seed %s: %s", seed, text).isEqualTo(policy);
            assertThat(PolicyText.write(Policies.read(text))).isEqualTo(text);
        }
    }

    @Test
    void noTextMakesTheReaderFail() {
        List<String> pieces = List.of("masters", ":", " ", "\n", "- ", "[", "]", "{", "}", "\"", "'", "&a ", "*a",
                "!!x ",
                "expiry", "groups", "within", "12h", "deny", "|", ">", "#", "\t", "\u0000", "\uD83D", "%", "---", "\\x",
                "\"\\uD800\"", "!<%zz> ", "arn:aws:iam::111122223333:role/a", "*", "<<: ", "? ", "accounts: [1]");
        for (int seed = SEED; seed < SEED + 20 * SAMPLES; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int count = random.nextInt(30); count > 0; count--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            try {
                if (PolicyText.read(text.toString()) instanceof ParsedPolicy.Invalid(List<SettingError> errors)) {
                    assertThat(errors).isNotEmpty()
                            .allSatisfy(error -> assertThat(error.sentence()).doesNotContain("\n").endsWith(
                                    error.advice()));
                }
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + text, e);
            }
        }
    }

    private static Policy random(Random random) {
        List<RuleCode> warnings = Arrays.stream(RuleCode.values())
                .filter(code -> code.kinds().contains(RuleKind.WARNING) && random.nextBoolean()).toList();
        List<String> accounts = list(random, () -> "%012d".formatted(random.nextLong(1_000_000_000_000L)));
        List<String> open = accounts.isEmpty() ? List.of("111122223333") : List.of("111122223333", "*", "1*");
        Supplier<String> pattern = () -> "arn:" + pick(random, IamNames.PARTITIONS) + ":iam::" + pick(random, open)
                + ":" + pick(random, List.of("role/Admin", "role/*", "user/*/x", "root", "*", "*/*", "user/a/b@c"));
        PolicySettings settings = new PolicySettings(pick(random, List.of("deny", "warn")),
                pick(random, List.of("", "aws", "aws-us-gov")), accounts, list(random, pattern), list(random, pattern),
                pick(random, List.of("deny", "warn", "allow")), list(random, pattern), list(random, pattern),
                list(random, () -> new PolicySettings.Expiry(
                        List.of(pick(random, List.of("a", "*", "é\"\\", "true", "\uD83D\uDE00", "'"))),
                        pick(random, List.of("", "90m", "61s", "12h", "30d", "PT1H30M", "36525d")))),
                String.valueOf(random.nextBoolean()), warnings.stream().map(RuleCode::word).toList());
        return switch (settings.check()) {
            case ParsedPolicy.Valid(Policy policy) -> policy;
            case ParsedPolicy.Invalid(List<SettingError> errors) -> throw new AssertionError(errors);
        };
    }

    private static <T> T pick(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static <T> List<T> list(Random random, Supplier<T> item) {
        List<T> list = new ArrayList<>();
        for (int count = random.nextInt(4); count > 0; count--) {
            list.add(item.get());
        }
        return list;
    }
}
