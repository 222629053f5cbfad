package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static dev.iammapper.scenario.Mapping.user;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the controller remembers can be lost or spoilt. */
class LedgerIT extends Scenario {

    @Test
    void aDeletedLedgerIsRebuiltFromStatusesAndDeletionsRevokeAgain() {
        create(role("kept").as("kept"), role("revoked").as("revoked"));
        told("kept", "Applied");
        told("revoked", "Applied");
        hands.deleteLedger();

        create(role("next"));
        told("next", "Applied");
        assertThat(hands.ledger()).contains("role/kept", "role/revoked", "role/next");
        told("revoked", "Applied");

        delete("revoked");
        becomes(roleArn("revoked"), NOBODY);
        assertThat(who(roleArn("kept"))).isEqualTo("kept []");
    }

    @Test
    void theRowOfAnObjectThatWasDeletedTogetherWithTheLedgerStays() {
        create(role("orphan").as("orphan"), role("witness").as("witness"));
        told("orphan", "Applied");
        told("witness", "Applied");
        controller().pause();
        hands.deleteLedger();
        delete("orphan");
        controller().resume();

        create(role("later"));
        told("later", "Applied");
        assertThat(hands.ledger()).contains("role/witness").doesNotContain("role/orphan");
        assertThat(who(roleArn("orphan"))).isEqualTo("orphan []");
    }

    @Test
    void aLedgerThatIsLostWhileASectionCannotBeReadIsRebuiltWhenItCan() {
        create(role("early").as("early"));
        told("early", "Applied");
        String mended = awsAuth().mapRoles();
        put(AwsAuth.withRoles(mended + "- rolearn: [oops\n"));
        told("early", "AwsAuthMalformed");
        hands.deleteLedger();

        create(user("waits").as("waits"));
        assertThat(told("waits", "Pending").message()).contains("is gone", "mapRoles line", "Correct aws-auth there");
        eventually(() -> assertThat(hands.eventsOfAwsAuth()).extracting(EventNote::reason).contains("WritingHeld"));
        assertThat(hands.ledger()).isNull();

        editRoles(text -> mended);
        told("early", "Applied");
        told("waits", "Applied");
        assertThat(hands.ledger()).contains("role/early", "user/waits");
        delete("early");
        becomes(roleArn("early"), NOBODY);
    }

    @Test
    void withALedgerThatCannotBeReadNothingIsWrittenAndThePersonIsTold() {
        create(role("owned").as("owned"));
        told("owned", "Applied");
        hands.spoilLedger();
        AwsAuth before = awsAuth();

        create(role("waiting").as("waiting"));
        delete("owned");
        eventually(() -> assertThat(hands.eventsOfAwsAuth()).anySatisfy(event -> assertThat(event.reason() + " "
                + event.note()).contains("WritingHeld", "iam-identity-mapper-ledger", "delete it")));
        assertThat(said()).contains("iam-identity-mapper-ledger, cannot be read");
        assertThat(awsAuth()).isEqualTo(before);

        hands.deleteLedger();
        eventually(Duration.ofSeconds(40), () -> assertThat(who(roleArn("waiting"))).isEqualTo("waiting []"));
        told("waiting", "Applied");
        assertThat(who(roleArn("owned"))).as("its ledger is lost: the row counts as somebody else's")
                .isEqualTo("owned []");
    }
}
