package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static dev.iammapper.scenario.Mapping.user;
import static dev.iammapper.scenario.Mapping.userArn;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be read is never treated as empty, and what is empty is. */
class MalformedAwsAuthIT extends Scenario {

    @Test
    void aSectionThatCannotBeReadIsLeftAloneAndTheOtherOneGoesOn() {
        create(role("early").as("early"));
        told("early", "Applied");
        String mended = awsAuth().mapRoles();
        String broken = mended + "- rolearn: [oops\n";
        put(AwsAuth.withRoles(broken));
        create(role("waits").as("waits"), user("goes-on").as("goes-on"));

        Told stalled = told("waits", "AwsAuthMalformed");
        assertThat(stalled.isStalled()).isTrue();
        assertThat(stalled.message()).contains("mapRoles", "line", "column");
        told("early", "AwsAuthMalformed");
        told("goes-on", "Applied");
        becomes(userArn("goes-on"), "goes-on []");
        eventually(() -> assertThat(hands.eventsOfAwsAuth()).extracting(EventNote::reason)
                .contains("SectionMalformed"));
        delete("early");
        assertThat(awsAuth().mapRoles()).isEqualTo(broken);

        editRoles(text -> mended);
        becomes(roleArn("waits"), "waits []");
        becomes(roleArn("early"), NOBODY);
        told("waits", "Applied");
        assertThat(awsAuth().mapRoles()).startsWith(AwsAuth.ROLES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "''", "\"\"", "null", "[]", "# nothing here yet\n", "``", "\n", "---\n"})
    void everyFormOfNothingHoldsNoRows(String nothing) {
        put(Map.of("mapRoles", nothing));
        create(role("first").as("first", "ones"));
        becomes(roleArn("first"), "first [ones]");
        told("first", "Applied");

        delete("first");
        becomes(roleArn("first"), NOBODY);
        eventually(() -> assertThat(awsAuth().mapRoles()).isIn(nothing, "[]", "[]\n"));
        if (nothing.startsWith("#") || nothing.equals("[]")) {
            assertThat(awsAuth().mapRoles()).isEqualTo(nothing);
        }
    }

    @Test
    void aConfigMapWithoutDataHoldsNoRows() {
        put(null);
        create(role("only").as("only"));
        becomes(roleArn("only"), "only []");
        delete("only");
        becomes(roleArn("only"), NOBODY);
    }

    @Test
    void jsonInsideYamlAsCloudFormationWritesItStaysInItsStyle() {
        Map<String, String> json = new HashMap<>();
        json.put("mapRoles", "[{\"rolearn\":\"" + roleArn("cfn") + "\",\"username\":\"cfn\",\"groups\":[\"ops\"]}]");
        put(json);
        create(role("added").as("added"));
        becomes(roleArn("added"), "added []");
        assertThat(who(roleArn("cfn"))).isEqualTo("cfn [ops]");

        delete("added");
        eventually(() -> assertThat(awsAuth().data()).isEqualTo(json));
    }
}
