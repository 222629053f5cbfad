package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.policy.ParsedPolicy;
import dev.iammapper.policy.Policy;
import dev.iammapper.policy.PolicyText;
import dev.iammapper.store.PolicyStore;
import org.junit.jupiter.api.Test;

/** The policy holds where no webhook is asked: for what was stored before it, or while the webhook was away. */
class PolicyIT extends Scenario {

    @Test
    void aGrantThatThePolicyForbidsIsNotWrittenAndTheObjectSaysHowToGoOn() {
        create(role("admins").as("admin:{{SessionName}}", "system:masters"), role("calm").as("calm"));
        told("calm", "Applied");
        Told told = told("admins", "PolicyViolation");
        assertThat(told.isStalled()).isTrue();
        assertThat(told.message()).contains("system:masters", "(MastersGrant)", "masters:", "clusterrolebinding");
        assertThat(event("admins", "PolicyViolation")).contains("MastersGrant");
        assertThat(who(roleArn("admins"))).isEqualTo(NOBODY);
    }

    @Test
    void aRowGoesWhenItsObjectIsChangedIntoWhatThePolicyForbids() {
        create(role("climber").as("climber", "team"));
        told("climber", "Applied");
        change(role("climber").as("climber", "system:masters"));
        told("climber", "PolicyViolation");
        becomes(roleArn("climber"), NOBODY);
        assertThat(awsAuth().data()).isEqualTo(AwsAuth.USUAL);

        change(role("climber").as("climber", "team"));
        told("climber", "Applied");
        becomes(roleArn("climber"), "climber [team]");
    }

    @Test
    void thePolicyInForceCanBeRead() {
        stage.stopControllers();
        stage.startReplica("--mapper.policy.masters=" + roleArn("admins"));
        eventually(() -> assertThat(PolicyText.read(String.valueOf(hands.configMap(PolicyStore.NAME, PolicyStore.KEY))))
                .isInstanceOfSatisfying(ParsedPolicy.Valid.class,
                        valid -> assertThat(PolicyText.write(valid.policy())).contains(roleArn("admins"))));
        stage.stopControllers();
        stage.startReplica();
        eventually(() -> assertThat(hands.configMap(PolicyStore.NAME, PolicyStore.KEY))
                .isEqualTo(PolicyText.write(Policy.SAFE)));
    }

    @Test
    void aRowGoesWithThePolicyThatAllowedIt() {
        stage.stopControllers();
        stage.startReplica("--mapper.policy.masters=" + roleArn("admins"));
        create(role("admins").as("admin:{{SessionName}}", "system:masters"));
        told("admins", "Applied");
        becomes(roleArn("admins"), "admin:{{SessionName}} [system:masters]");

        stage.stopControllers();
        stage.startReplica();
        told("admins", "PolicyViolation");
        becomes(roleArn("admins"), NOBODY);
        assertThat(awsAuth().data()).isEqualTo(AwsAuth.USUAL);
    }
}
