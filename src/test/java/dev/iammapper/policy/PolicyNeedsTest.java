package dev.iammapper.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.mapping.PrincipalArn;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyNeedsTest {
    private static final PrincipalArn ROLE = new PrincipalArn("aws", "012345670123", PrincipalArn.Kind.ROLE, "/",
            "Ops");
    private static final PrincipalArn USER = new PrincipalArn("aws", "111122223333", PrincipalArn.Kind.USER, "/x!/",
            "ann");

    @Test
    void eachFindingThatAnEntryCanAllowIsOne() {
        PolicyNeeds needs = PolicyNeeds.of(ROLE, findings(RuleCode.FOREIGN_ACCOUNT, RuleCode.MASTERS_GRANT,
                RuleCode.NODE_GRANT, RuleCode.ARN_ROOT_OR_FEDERATED, RuleCode.USERNAME_ONLY_TEMPLATE));

        assertThat(PolicyText.writeBriefly(needs.addedTo(Policy.SAFE))).isEqualTo("""
                accounts:
                  - "012345670123"
                masters:
                  - "arn:aws:iam::012345670123:role/Ops"
                nodes:
                  - "arn:aws:iam::012345670123:role/Ops"
                root-and-federated:
                  - "arn:aws:iam::012345670123:role/Ops"
                username-only-template:
                  - "arn:aws:iam::012345670123:role/Ops"
                """);
    }

    @Test
    void whatNoEntryAllowsNeedsNothing() {
        assertThat(PolicyNeeds.of(ROLE, findings(RuleCode.RESERVED_GROUP, RuleCode.PARTITION_MISMATCH,
                RuleCode.EXPIRY_REQUIRED))).isEqualTo(PolicyNeeds.NONE);
    }

    @Test
    void aUserWhoIsNamedForTheClusterNeedsNoOtherWord() {
        assertThat(PolicyNeeds.of(USER, findings(RuleCode.IAM_USER)).users()).isTrue();
        assertThat(PolicyNeeds.of(USER, findings(RuleCode.IAM_USER, RuleCode.MASTERS_GRANT)).users()).isFalse();
    }

    @Test
    void aPrincipalThatNoPatternCanNameIsLeftOut() {
        Policy policy = PolicyNeeds.of(USER, findings(RuleCode.MASTERS_GRANT)).addedTo(Policy.SAFE);

        assertThat(policy.masters().patterns()).isEmpty();
    }

    @Test
    void whatIsThereIsNotAddedAgain() {
        PolicyNeeds needs = new PolicyNeeds(Set.of("012345670123"), Set.of(ROLE.canonical()), Set.of(), Set.of(),
                Set.of(), false);
        Policy once = needs.addedTo(Policy.SAFE);

        assertThat(needs.addedTo(once)).isEqualTo(once);
    }

    @Test
    void theBriefTextOfAPolicyReadsAsThePolicy() {
        for (String text : List.of("", "enforcement: warn\n", "partition: \"aws-cn\"\n", "iam-users: allow\n",
                "requester-must-hold: true\n", "deny-warnings:\n  - \"IamUser\"\n",
                "expiry:\n  - groups:\n      - \"a\"\n    within: 12h\n")) {
            ParsedPolicy read = PolicyText.read(text);

            assertThat(read).isInstanceOfSatisfying(ParsedPolicy.Valid.class,
                    valid -> assertThat(PolicyText.read(PolicyText.writeBriefly(valid.policy()))).isEqualTo(valid));
        }
        assertThat(PolicyText.writeBriefly(Policy.SAFE)).isEmpty();
    }

    private static List<Finding> findings(RuleCode... codes) {
        return List.of(codes).stream().map(code -> new Finding(code, Severity.DENY, "spec", "", "", null)).toList();
    }
}
