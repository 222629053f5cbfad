package dev.iammapper.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the policy and the occasion change what becomes of a finding. */
class JudgeTest {
    private static final Instant NOW = RuleExamples.NOW;
    private static final String DEVELOPERS = """
            kind: IAMIdentityMapping
            metadata: {name: developers}
            spec:
              arn: arn:aws:iam::111122223333:role/AWSReservedSSO_Developers_0123456789abcdef
              username: dev:{{SessionName}}
              groups: [developers]
            """;
    private static final String MASTERS = DEVELOPERS.replace("[developers]", "[system:masters]");

    @Test
    void denialsOfPolicyAreWarningsOnTrialAndOthersStay() {
        Candidate candidate = candidate(MASTERS.replace("111122223333", "1"), NOW);
        assertThat(codes(judge("enforcement: warn", candidate, creation())))
                .containsExactly("deny ArnMalformed", "warn MastersGrant");
        assertThat(codes(judge("", candidate, creation()))).containsExactly("deny ArnMalformed", "deny MastersGrant");
    }

    @Test
    void warningsAreDenialsWhereThePolicySaysSoAndWarningsAgainOnTrial() {
        Candidate candidate = candidate(DEVELOPERS.replace("dev:{{SessionName}}", "dev"), NOW);
        assertThat(codes(judge("", candidate, creation()))).containsExactly("warn NoSessionInUsername");
        assertThat(codes(judge("deny-warnings: [NoSessionInUsername]", candidate, creation())))
                .containsExactly("deny NoSessionInUsername");
        assertThat(codes(judge("deny-warnings: [NoSessionInUsername]\nenforcement: warn", candidate, creation())))
                .containsExactly("warn NoSessionInUsername");
    }

    @Test
    void rulesWithoutFactsAreOffAndTheVerdictSaysSo() {
        assertThat(judge("", candidate(DEVELOPERS, NOW), creation()).off()).containsExactly(
                RuleCode.PARTITION_MISMATCH, RuleCode.DUPLICATE_PRINCIPAL, RuleCode.SHARED_USERNAME,
                RuleCode.ESCALATING_GROUP, RuleCode.UNBOUND_GROUP);
        assertThat(judge("partition: aws\nrequester-must-hold: true", candidate(DEVELOPERS, NOW),
                PolicyContext.of(new Occasion.Standing(), NOW).with(Neighbours.NONE)
                        .with(new BindingIndex().bindingsOf(List.of())))
                .off())
                .containsExactly(RuleCode.IMPERSONATION_CHECK);
    }

    @Test
    void aChangeWhoseRequesterNobodyCouldAskAboutIsDenied() {
        assertThat(codes(judge("requester-must-hold: true", candidate(DEVELOPERS, NOW), creation())))
                .containsExactly("deny ImpersonationCheck");
        assertThat(codes(judge("requester-must-hold: true", candidate(DEVELOPERS, NOW),
                creation().with(new Impersonation("jane", List.of()))))).isEmpty();
        assertThat(candidate(DEVELOPERS, NOW).impersonations()).containsExactly(ImpersonationSubject.everyUser(),
                ImpersonationSubject.group("developers"));
        assertThat(candidate(DEVELOPERS.replace("dev:{{SessionName}}", "dev:{{AccountID}}"), NOW).impersonations())
                .contains(ImpersonationSubject.user("dev:111122223333"));
    }

    @Test
    void anUpdateThatAsksForNothingNewIsNotJudged() {
        String labelled = MASTERS.replace("{name: developers}", "{name: developers, labels: {a: b}}");
        Candidate before = candidate(MASTERS, NOW);
        assertThat(judge("", candidate(labelled, NOW), update(before)).findings()).isEmpty();
        assertThat(judge("", candidate(MASTERS.replace("dev:", "ops:"), NOW), update(before)).isDenied()).isTrue();
        assertThat(judge("", candidate(MASTERS.replace("{name: developers}",
                "{name: developers, annotations: {iammapper.dev/adopt: \"true\"}}"), NOW), update(before)).isDenied())
                .isTrue();
    }

    @Test
    void whoIsCreatedIsYoungerWhateverTheClocksSay() {
        Neighbours others = neighbours(DEVELOPERS.replace("name: developers", "name: other"), NOW);
        Candidate earlier = candidate(DEVELOPERS.replace("[developers]", "[ops]"), NOW.minusSeconds(60));
        assertThat(codes(judge("", earlier, creation().with(others)))).containsExactly("deny DuplicatePrincipal");
        assertThat(codes(judge("", earlier, PolicyContext.of(new Occasion.Standing(), NOW).with(others)))).isEmpty();
        assertThat(codes(judge("", candidate(DEVELOPERS.replace("[developers]", "[ops]"), NOW.plusSeconds(60)),
                PolicyContext.of(new Occasion.Standing(), NOW).with(others))))
                .containsExactly("deny DuplicatePrincipal");
    }

    @Test
    void theOlderOfTwoMayBeChangedWhereTheConflictIsThereAlready() {
        Neighbours younger = neighbours(DEVELOPERS.replace("name: developers", "name: younger")
                .replace("[developers]", "[other]"), NOW);
        Candidate before = candidate(DEVELOPERS, NOW.minus(Duration.ofDays(1)));
        Candidate after = candidate(DEVELOPERS.replace("[developers]", "[ops]"), NOW.minus(Duration.ofDays(1)));
        assertThat(codes(judge("", after, update(before).with(younger)))).isEmpty();

        Candidate elsewhere = candidate(DEVELOPERS.replace("Developers", "Others"), NOW.minus(Duration.ofDays(1)));
        assertThat(judge("", after, update(elsewhere).with(younger)).findings()).singleElement()
                .satisfies(finding -> assertThat(finding.other()).isEqualTo("younger"));
    }

    @Test
    void expiryCountsFromCreationSoThatAnEditDoesNotRollItOn() {
        String policy = "expiry: [{groups: [developers], within: 2h}]";
        String expiring = DEVELOPERS + "  expiresAt: \"" + NOW.plus(Duration.ofHours(1)) + "\"\n";
        assertThat(codes(judge(policy, candidate(expiring, NOW), creation()))).isEmpty();
        assertThat(codes(judge(policy, candidate(expiring, NOW.minus(Duration.ofHours(2))),
                update(candidate(DEVELOPERS, NOW))))).containsExactly("deny ExpiryTooLong");
    }

    @Test
    void theAdviceOnMastersShowsTheTwoLinesAndTheBetterWay() {
        assertThat(judge("", candidate(MASTERS, NOW), creation()).findings()).singleElement().extracting(
                Finding::sentence).asString().isEqualTo("spec.groups[0]: is \"system:masters\", which RBAC can neither"
                        + " restrict nor revoke, and the policy does not name arn:aws:iam::111122223333:role/"
                        + "AWSReservedSSO_Developers_0123456789abcdef for it. Better give it a group of your own, such"
                        + " as \"cluster-admins\", and bind that to the ClusterRole cluster-admin: \"kubectl create"
                        + " clusterrolebinding cluster-admins --clusterrole=cluster-admin --group=cluster-admins\"."
                        + " To allow it all the same, the policy needs these two lines: \"masters:\" and"
                        + " \"- 'arn:aws:iam::111122223333:role/AWSReservedSSO_Developers_0123456789abcdef'\"."
                        + " (MastersGrant)");
    }

    @Test
    void theLinesOfTheAdviceAllowIt() {
        for (RuleExample example : RuleExamples.all()) {
            for (Finding finding : new Judge(example.policy()).judge(example.candidate(), example.context())
                    .findings()) {
                if (!finding.advice().contains("these two lines") || example.candidate().parts().principal() == null) {
                    continue;
                }
                String[] lines = finding.advice().replaceFirst(".*two lines: \"", "").replaceFirst("\"\\.$", "")
                        .split("\" and \"", -1);
                String policy = example.policyText() == null ? "" : example.policyText();
                String extended = policy.contains(lines[0])
                        ? policy.replace(lines[0], lines[0] + "\n  " + lines[1])
                        : policy + lines[0] + "\n" + lines[1] + "\n";
                assertThat(new Judge(Policies.read(extended)).judge(example.candidate(), example.context()).findings())
                        .as(example + " with " + extended)
                        .noneMatch(each -> each.code() == finding.code() && each.severity() == Severity.DENY);
            }
        }
    }

    private static Neighbours neighbours(String text, Instant createdAt) {
        MappingIndex index = new MappingIndex();
        index.put(candidate(text, createdAt).parts().parsed());
        return index.neighboursOf(candidate(DEVELOPERS, NOW));
    }

    private static Candidate candidate(String text, Instant createdAt) {
        return Candidate.of(Yamls.object(text, createdAt));
    }

    private static PolicyContext creation() {
        return PolicyContext.of(new Occasion.Creation(), NOW);
    }

    private static PolicyContext update(Candidate before) {
        return PolicyContext.of(new Occasion.Update(before), NOW);
    }

    private static Verdict judge(String policy, Candidate candidate, PolicyContext context) {
        return new Judge(Policies.read(policy)).judge(candidate, context);
    }

    private static List<String> codes(Verdict verdict) {
        return verdict.findings().stream().map(finding -> finding.severity().word() + " " + finding.code().word())
                .toList();
    }
}
