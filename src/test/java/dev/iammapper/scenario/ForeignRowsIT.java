package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Rows that somebody else wrote are theirs, unless an object is told to take them over. */
class ForeignRowsIT extends Scenario {

    @Test
    void aRowThatIsThereAlreadySatisfiesAndStaysWhenTheObjectGoes() {
        create(role("data-science").as("data-science", "notebooks"));
        assertThat(told("data-science", "AlreadyPresent").isReady()).isTrue();
        assertThat(event("data-science", "AlreadyPresent")).contains("stays when this object goes");

        delete("data-science");
        eventually(() -> assertThat(hands.eventsOfAwsAuth()).anySatisfy(event -> {
            assertThat(event.reason()).isEqualTo("AccessRemains");
            assertThat(event.note()).contains("role/data-science", "data-science");
        }));
        assertThat(who(roleArn("data-science"))).isEqualTo("data-science [notebooks]");
        assertThat(awsAuth().mapRoles()).startsWith(AwsAuth.ROLES);
    }

    @Test
    void anAdoptedRowIsOursWithoutAChangedByteAndGoesWithTheObject() {
        AwsAuth before = awsAuth();
        create(role("data-science").as("data-science", "notebooks").adopting("true"));
        assertThat(told("data-science", "Applied").appliedReason()).isEqualTo("Owned");
        assertThat(event("data-science", "Adopted")).contains("unchanged");
        assertThat(awsAuth()).isEqualTo(before);

        delete("data-science");
        becomes(roleArn("data-science"), NOBODY);
        assertThat(awsAuth().mapRoles()).isEqualTo(AwsAuth.ROLES.substring(0,
                AwsAuth.ROLES.indexOf("- rolearn: arn:aws:iam::111122223333:role/data-science")));
    }

    @Test
    void anAdoptedRowThatSaysSomethingElseIsReplacedInItsPlace() {
        create(role("data-science").as("analyst", "viewers"));
        Told refused = told("data-science", "ForeignEntry");
        assertThat(refused.isStalled()).isTrue();
        assertThat(refused.message()).contains("mapRoles", "Line 19", "data-science", "notebooks", "analyst",
                "viewers", "EKS reads", "iammapper.dev/adopt: \"true\"");
        assertThat(event("data-science", "ForeignEntry")).isEqualTo(refused.message());
        assertThat(awsAuth().data()).isEqualTo(AwsAuth.USUAL);

        change(role("data-science").as("analyst", "viewers").adopting("true"));
        becomes(roleArn("data-science"), "analyst [viewers]");
        told("data-science", "Applied");
        assertThat(awsAuth().mapRoles()).startsWith(AwsAuth.ROLES.substring(0,
                AwsAuth.ROLES.indexOf("- rolearn: arn:aws:iam::111122223333:role/data-science")));
    }

    @Test
    void theRowOfNodesNeedsAWordOfItsOwn() {
        create(role("fargate-pods").as("pods", "workloads").adopting("true"));
        assertThat(told("fargate-pods", "ForeignEntry").message()).contains("looks like a node's",
                "iammapper.dev/adopt: \"node\"");
        assertThat(awsAuth().data()).isEqualTo(AwsAuth.USUAL);

        change(role("fargate-pods").as("pods", "workloads").adopting("node"));
        becomes(roleArn("fargate-pods"), "pods [workloads]");
        assertThat(who(roleArn("general-nodes")))
                .isEqualTo("system:node:{{EC2PrivateDNSName}} [system:bootstrappers, system:nodes]");
    }

    @Test
    void aForeignRowThatAppearsLaterAndWinsIsToldAndForgottenWhenItGoes() {
        create(role("bob").as("bob", "developers"));
        told("bob", "Applied");

        String intruder = AwsAuth.row(roleArn("bob"), "mallory", "admins");
        editRoles(text -> text + intruder);
        Told beaten = told("bob", "ForeignEntry");
        assertThat(beaten.message()).contains("mallory", "bob");
        assertThat(beaten.conditions()).containsEntry("Applied", "False");
        assertThat(who(roleArn("bob"))).as("it is the other tool's row").isEqualTo("mallory [admins]");

        editRoles(text -> text.replace(intruder, ""));
        becomes(roleArn("bob"), "bob [developers]");
        told("bob", "Applied");
        delete("bob");
        eventually(() -> assertThat(awsAuth().data()).isEqualTo(AwsAuth.USUAL));
    }

    @Test
    void whereAForeignRowRemainsTheDeletionSaysSo() {
        create(role("carol").as("carol"));
        told("carol", "Applied");
        editRoles(text -> text + AwsAuth.row(roleArn("carol"), "carol", "others"));
        told("carol", "ForeignEntry");

        delete("carol");
        eventually(() -> assertThat(hands.eventsOfAwsAuth()).anySatisfy(event -> {
            assertThat(event.reason()).isEqualTo("AccessRemains");
            assertThat(event.note()).contains("role/carol", "others");
        }));
        assertThat(who(roleArn("carol"))).isEqualTo("carol [others]");
    }
}
