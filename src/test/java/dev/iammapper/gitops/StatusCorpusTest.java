package dev.iammapper.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.iammapper.api.MappingReason;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The recorded statuses leave no situation out, and the page says of each what tools make of it. */
class StatusCorpusTest {

    @Test
    void everyReasonIsRecorded() {
        Set<String> recorded = Stream.of(Situation.values()).flatMap(StatusCorpusTest::conditions)
                .map(condition -> condition.get("reason").getAsString()).collect(Collectors.toSet());

        assertThat(recorded).containsExactlyInAnyOrderElementsOf(
                Arrays.stream(MappingReason.values()).map(MappingReason::word).toList());
    }

    @Test
    void theTableOfThePageIsThatOfTheTests() {
        assertThat(Repository.read(Repository.path("docs", "gitops.md")))
                .contains(Stream.of(Situation.values()).map(Situation::row).collect(Collectors.joining("\n")));
    }

    private static Stream<JsonObject> conditions(Situation situation) {
        JsonElement conditions = situation.object().getAsJsonObject("status").get("conditions");
        return conditions == null
                ? Stream.of()
                : StreamSupport.stream(conditions.getAsJsonArray().spliterator(), false)
                        .map(JsonElement::getAsJsonObject);
    }
}
