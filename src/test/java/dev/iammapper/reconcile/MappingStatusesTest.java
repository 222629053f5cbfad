package dev.iammapper.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.api.MappingReason;
import dev.iammapper.mapping.Adoption;
import dev.iammapper.mapping.FieldError;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalArn;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MappingStatusesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.789Z");
    private static final Instant LATER = NOW.plusSeconds(3600);
    private static final IdentityMapping DEV = mapping("dev", "Dev", "dev", "a", "b");
    private static final IdentityMapping OLD = mapping("old", "Dev", "other");

    /** How kstatus sums an object up. */
    private enum Summary {
        CURRENT, IN_PROGRESS, FAILED
    }

    static Stream<Arguments> truthTable() {
        return Stream.of(
                arguments(new MappingOutcome.Owned(DEV, "dev", null), "True Applied", "True Owned", Summary.CURRENT,
                        "EKS maps arn:aws:iam::111122223333:role/Dev to dev in a, b."),
                arguments(new MappingOutcome.Owned(DEV, "old", null), "True Applied", "True Owned", Summary.CURRENT,
                        "shared with the object old"),
                arguments(new MappingOutcome.AlreadyPresent(DEV), "True AlreadyPresent", "True AlreadyPresent",
                        Summary.CURRENT, "iammapper.dev/adopt"),
                arguments(new MappingOutcome.NotYetActive(DEV, LATER, null), "True NotYetActive", "False NotYetActive",
                        Summary.CURRENT, LATER.toString()),
                arguments(new MappingOutcome.Expired(DEV, NOW, null), "True Expired", "False Expired", Summary.CURRENT,
                        "no row of ours is left"),
                arguments(new MappingOutcome.Expired(DEV, NOW, "line 3 of mapUsers."), "True Expired", "False Expired",
                        Summary.CURRENT, "Access there is all the same: line 3 of mapUsers."),
                arguments(new MappingOutcome.Invalid(
                        List.of(new FieldError("ArnWildcard", "spec.arn", "Holds a *.", "Name one role."),
                                new FieldError("UsernameMalformed", "spec.username", "Is empty.", "Write one.")),
                        false, null), "False Invalid", "False Invalid", Summary.FAILED,
                        "spec.arn: Holds a *. Name one role. (ArnWildcard) spec.username: Is empty. Write one."),
                arguments(new MappingOutcome.Conflict(DEV, OLD), "False Conflict", "False Conflict", Summary.FAILED,
                        "The older object old maps"),
                arguments(blocked(MappingReason.FOREIGN_ENTRY), "False ForeignEntry", "False ForeignEntry",
                        Summary.FAILED, "because"),
                arguments(blocked(MappingReason.AWS_AUTH_MALFORMED), "False AwsAuthMalformed",
                        "False AwsAuthMalformed", Summary.FAILED, "because"),
                arguments(blocked(MappingReason.AWS_AUTH_NOT_EDITABLE), "False AwsAuthNotEditable",
                        "False AwsAuthNotEditable", Summary.FAILED, "because"),
                arguments(blocked(MappingReason.REJECTED), "False Rejected", "False Rejected", Summary.FAILED,
                        "because"),
                arguments(new MappingOutcome.OwnedUnread(DEV, "because"), "False AwsAuthMalformed",
                        "False OwnedUnread", Summary.FAILED, "because"),
                arguments(new MappingOutcome.Pending(DEV, "soon"), "False Pending", "False Pending",
                        Summary.IN_PROGRESS, "soon"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("truthTable")
    void everyOutcomeHasItsConditions(MappingOutcome outcome, String ready, String applied, Summary summary,
            String message) {
        IamIdentityMappingStatus status = MappingStatuses.of(object(null), outcome, NOW);
        assertThat(said(status, MappingCondition.READY)).isEqualTo(ready);
        assertThat(said(status, MappingCondition.APPLIED)).isEqualTo(applied);
        assertThat(summary(status)).isEqualTo(summary);
        assertThat(status.conditions()).allSatisfy(condition -> {
            assertThat(condition.message()).contains(message);
            assertThat(condition.observedGeneration()).isEqualTo(5);
            assertThat(condition.lastTransitionTime()).isEqualTo("2026-03-01T12:00:00Z");
        });
        assertThat(status.observedGeneration()).isEqualTo(5);
        assertThat(status.canonicalARN())
                .isEqualTo(outcome instanceof MappingOutcome.Invalid ? null : "arn:aws:iam::111122223333:role/dev");
    }

    @Test
    void aStatusThatSaysTheSameIsEqualHoursLater() {
        IamIdentityMappingStatus first = MappingStatuses.of(object(null), new MappingOutcome.Owned(DEV, "dev", null),
                NOW);
        assertThat(MappingStatuses.of(object(first), new MappingOutcome.Owned(DEV, "dev", null), LATER))
                .isEqualTo(first);
    }

    @Test
    void theTimeMovesOnlyWhereTheStatusFlips() {
        IamIdentityMappingStatus first = MappingStatuses.of(object(null), new MappingOutcome.Owned(DEV, "dev", null),
                NOW);
        IamIdentityMappingStatus present = MappingStatuses.of(object(first), new MappingOutcome.AlreadyPresent(DEV),
                LATER);
        assertThat(condition(present, MappingCondition.READY).lastTransitionTime()).isEqualTo("2026-03-01T12:00:00Z");
        IamIdentityMappingStatus lost = MappingStatuses.of(object(first), new MappingOutcome.Conflict(DEV, OLD),
                LATER);
        assertThat(condition(lost, MappingCondition.READY).lastTransitionTime()).isEqualTo("2026-03-01T13:00:00Z");
    }

    @Test
    void whatOthersWroteIntoTheStatusIsKept() {
        MappingCondition theirs = new MappingCondition("Audited", "True", "Fine", "by hand", "2025-01-01T00:00:00Z",
                1L);
        MappingCondition outdated = new MappingCondition(MappingCondition.STALLED, "True", "Conflict", "was",
                "2025-01-01T00:00:00Z", 1L);
        IamIdentityMappingStatus before = new IamIdentityMappingStatus("x", "AROAEXAMPLE", 1L,
                List.of(theirs, outdated));
        IamIdentityMappingStatus status = MappingStatuses.of(object(before), new MappingOutcome.Owned(DEV, "dev", null),
                NOW);
        assertThat(status.userID()).isEqualTo("AROAEXAMPLE");
        assertThat(status.conditions()).contains(theirs).extracting(MappingCondition::type)
                .containsExactly(MappingCondition.READY, MappingCondition.APPLIED, "Audited");
    }

    @Test
    void aMessageIsBounded() {
        IamIdentityMappingStatus status = MappingStatuses.of(object(null),
                new MappingOutcome.Pending(DEV, "x".repeat(100_000)), NOW);
        assertThat(condition(status, MappingCondition.READY).message()).hasSize(2048).endsWith("…");
    }

    private static Summary summary(IamIdentityMappingStatus status) {
        if ("True".equals(statusOf(status, MappingCondition.RECONCILING))) {
            return Summary.IN_PROGRESS;
        }
        if ("True".equals(statusOf(status, MappingCondition.STALLED))) {
            return Summary.FAILED;
        }
        return "True".equals(statusOf(status, MappingCondition.READY)) ? Summary.CURRENT : Summary.IN_PROGRESS;
    }

    private static String statusOf(IamIdentityMappingStatus status, String type) {
        return status.conditions().stream().filter(each -> type.equals(each.type())).map(MappingCondition::status)
                .findFirst().orElse("absent");
    }

    private static String said(IamIdentityMappingStatus status, String type) {
        MappingCondition condition = condition(status, type);
        return condition.status() + " " + condition.reason();
    }

    private static MappingCondition condition(IamIdentityMappingStatus status, String type) {
        return status.conditions().stream().filter(each -> type.equals(each.type())).findFirst().orElseThrow();
    }

    private static MappingOutcome blocked(MappingReason reason) {
        return new MappingOutcome.Blocked(DEV, reason, "because");
    }

    private static IdentityMapping mapping(String name, String role, String username, String... groups) {
        return new IdentityMapping(name, "uid-" + name, NOW,
                new PrincipalArn("aws", "111122223333", PrincipalArn.Kind.ROLE, "/team/", role),
                new Grant(username, List.of(groups)), null, null, Adoption.NONE);
    }

    private static IamIdentityMapping object(IamIdentityMappingStatus status) {
        return new IamIdentityMapping(null, null, new V1ObjectMeta().name("dev").uid("uid-dev").generation(5L), null,
                status);
    }
}
