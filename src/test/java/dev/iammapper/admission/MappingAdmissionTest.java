package dev.iammapper.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.iammapper.admission.AdmissionDecision.Allowed;
import dev.iammapper.admission.AdmissionDecision.Cause;
import dev.iammapper.admission.AdmissionDecision.Denied;
import dev.iammapper.admission.AdmissionReviews.Reading;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.ParsedMapping;
import dev.iammapper.policy.Judge;
import dev.iammapper.policy.Neighbours;
import dev.iammapper.policy.Policy;
import dev.iammapper.store.MappingJson;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class MappingAdmissionTest {
    private static final String ARN = "arn:aws:iam::111122223333:role/AWSReservedSSO_Developers_0123456789abcdef";

    private final StubFacts facts = new StubFacts();
    private final MappingAdmission admission = admission(facts);

    static MappingAdmission admission(StubFacts facts) {
        return new MappingAdmission(new Judge(Policy.SAFE), facts,
                Clock.fixed(Instant.parse("2026-06-01T09:00:00Z"), ZoneOffset.UTC), facts.nanoTime::get);
    }

    @Test
    void aGoodMappingIsAllowedWithoutAWord() {
        assertThat(create(Reviews.goodMapping())).isEqualTo(new Allowed(List.of()));
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        JsonObject bad = Reviews.mapping("bad", ARN, "system:admin", "system:masters", "a{{SessionName}}");

        assertThat(create(bad)).isInstanceOfSatisfying(Denied.class, denied -> {
            assertThat(denied.message()).startsWith("3 findings:\n- ");
            assertThat(denied.causes()).extracting(Cause::code, Cause::field).containsExactlyInAnyOrder(
                    tuple("ReservedUsername", "spec.username"),
                    tuple("MastersGrant", "spec.groups[0]"),
                    tuple("GroupTemplate", "spec.groups[1]"));
            assertThat(denied.causes()).allSatisfy(cause -> assertThat(denied.message()).contains(cause.message()));
        });
    }

    @Test
    void aMessageThatWouldNotEndIsCut() {
        String[] groups = new String[256];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = "system:" + "x".repeat(200) + i;
        }
        assertThat(create(Reviews.mapping("bad", ARN, "dev:{{SessionName}}", groups)))
                .isInstanceOfSatisfying(Denied.class, denied -> {
                    assertThat(denied.message()).startsWith("256 findings").endsWith(" …").hasSizeLessThan(8_010);
                    assertThat(denied.causes()).hasSize(100);
                });
    }

    @Test
    void aReplicaThatHasNotListedTheMappingsDenies() {
        facts.neighbours = null;
        unjudged(create(Reviews.goodMapping()), "has not read the other mappings yet");
    }

    @Test
    void aCheckThatRunsOutOfTimeDenies() {
        IdentityMapping one = stored("one", "dev:{{SessionName}}", "viewers");
        IdentityMapping two = stored("two", "dev:{{SessionName}}", "writers");
        facts.neighbours = new Neighbours(List.of(one, two), List.of());
        facts.stored.put("one", one);
        facts.stored.put("two", two);
        facts.latency = Duration.ofSeconds(4);

        unjudged(create(Reviews.goodMapping()), "in time");
        assertThat(facts.read).hasSize(1);
    }

    @Test
    void aRivalIsReadAfreshBeforeAnybodyIsRefusedForIt() {
        IdentityMapping known = stored("older", "dev:{{SessionName}}", "viewers");
        facts.neighbours = new Neighbours(List.of(known), List.of());

        assertThat(create(Reviews.goodMapping())).as("it is gone").isEqualTo(new Allowed(List.of()));
        assertThat(facts.read).containsExactly("older");

        facts.stored.put("older", stored("older", "dev:{{SessionName}}", "developers"));
        assertThat(create(Reviews.goodMapping())).as("it agrees by now").isInstanceOfSatisfying(Allowed.class,
                allowed -> assertThat(allowed.warnings()).hasSize(1).first().asString().contains("DuplicatePrincipal"));

        facts.stored.put("older", known);
        assertThat(create(Reviews.goodMapping())).as("it stands").isInstanceOfSatisfying(Denied.class,
                denied -> assertThat(denied.causes()).extracting(Cause::code).containsExactly("DuplicatePrincipal"));
    }

    @Test
    void anUpdateThatAsksForNothingNewPassesWhateverIsStored() {
        JsonObject bad = Reviews.mapping("bad", ARN, "system:admin", "system:masters");
        JsonObject labelled = bad.deepCopy();
        labelled.getAsJsonObject("metadata").getAsJsonObject("labels").addProperty("team", "x");
        facts.neighbours = null;

        assertThat(update(bad, labelled)).isEqualTo(new Allowed(List.of()));
    }

    @Test
    void anUpdateOfTheGrantOrOfAdoptionIsJudged() {
        JsonObject bad = Reviews.mapping("bad", ARN, "system:admin");
        JsonObject adopting = bad.deepCopy();
        adopting.getAsJsonObject("metadata").getAsJsonObject("annotations").addProperty("iammapper.dev/adopt", "true");
        assertThat(update(bad, adopting)).isInstanceOf(Denied.class);

        JsonObject good = Reviews.goodMapping();
        JsonObject masters = good.deepCopy();
        masters.getAsJsonObject("spec").getAsJsonArray("groups").add("system:masters");
        assertThat(update(good, masters)).isInstanceOf(Denied.class);
        assertThat(update(masters, good)).isEqualTo(new Allowed(List.of()));
    }

    @Test
    void protectionIsJudgedByTheObjectAsItWas() {
        JsonObject calm = Reviews.goodMapping();
        calm.getAsJsonObject("metadata").getAsJsonObject("labels").addProperty("iammapper.dev/protected", "true");
        JsonObject changed = Reviews.goodMapping();
        changed.getAsJsonObject("spec").getAsJsonArray("groups").add("viewers");

        assertThat(update(calm, changed)).isInstanceOfSatisfying(Denied.class, denied -> assertThat(denied.causes())
                .extracting(Cause::code).containsExactly("ProtectedMapping"));
        assertThat(update(calm, Reviews.goodMapping())).isEqualTo(new Allowed(List.of()));
    }

    @Test
    void deletionIsNeverRefused() {
        facts.neighbours = null;
        assertThat(decide(Reviews.review("DELETE", null, Reviews.goodMapping()))).isEqualTo(new Allowed(List.of()));
    }

    @Test
    void whatCannotBeReadIsDenied() {
        JsonObject without = Reviews.goodMapping();
        JsonObject review = Reviews.creation(without);
        without.remove("metadata");
        unjudged(decide(review), "metadata");

        JsonObject list = Reviews.goodMapping();
        list.getAsJsonObject("metadata").add("labels", new JsonPrimitive("none"));
        unjudged(create(list), "metadata");

        JsonObject one = Reviews.goodMapping();
        one.add("spec", new JsonPrimitive(1));
        JsonObject two = Reviews.goodMapping();
        two.add("spec", new JsonPrimitive(2));
        unjudged(update(one, two), "spec");
        assertThat(create(one)).isInstanceOf(Denied.class);
    }

    private static void unjudged(AdmissionDecision decision, String word) {
        assertThat(decision).isInstanceOfSatisfying(Denied.class, denied -> {
            assertThat(denied.message()).contains(word);
            assertThat(denied.causes()).isEmpty();
        });
    }

    private static IdentityMapping stored(String name, String username, String... groups) {
        JsonObject object = Reviews.mapping(name, ARN, username, groups);
        object.getAsJsonObject("metadata").addProperty("creationTimestamp", "2026-05-01T09:00:00Z");
        return ((ParsedMapping.Valid) MappingParser.parse(MappingJson.read(object))).mapping();
    }

    private AdmissionDecision create(JsonObject object) {
        return decide(Reviews.creation(object));
    }

    private AdmissionDecision update(JsonObject before, JsonObject after) {
        return decide(Reviews.update(before, after));
    }

    private AdmissionDecision decide(JsonObject review) {
        return switch (AdmissionReviews.read(Reviews.bytes(review))) {
            case Reading.Asked(AdmissionRequest request) -> admission.decide(request);
            case Reading.Denied(String _, String message) -> throw new AssertionError(message);
            case Reading.Unreadable(String message) -> throw new AssertionError(message);
        };
    }
}
