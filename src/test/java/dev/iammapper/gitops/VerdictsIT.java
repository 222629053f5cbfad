package dev.iammapper.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.iammapper.chart.Rendering;
import dev.iammapper.cluster.GitOpsJudges;
import dev.iammapper.cluster.GitOpsJudges.Verdict;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Argo CD's Lua and the rules of kstatus, run over recorded objects. */
class VerdictsIT {
    private static final String HEALTH = Repository.read(Repository.path("examples", "argocd", "health.lua"));
    private static final Map<Situation, Verdict> VERDICTS = new EnumMap<>(Situation.class);

    @BeforeAll
    static void judge() {
        Iterator<Verdict> verdicts = GitOpsJudges
                .judge(HEALTH, Stream.of(Situation.values()).map(Situation::object).toList()).iterator();
        for (Situation situation : Situation.values()) {
            VERDICTS.put(situation, verdicts.next());
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothToolsSayWhatThePageSays(Situation situation) {
        Verdict verdict = VERDICTS.get(situation);

        assertThat(verdict.trouble()).isEmpty();
        assertThat(verdict.health()).as("Argo CD: %s", verdict.healthMessage()).isEqualTo(situation.health());
        assertThat(verdict.kstatus()).as("kstatus: %s", verdict.kstatusMessage()).isEqualTo(situation.kstatus());
        assertThat(verdict.healthMessage()).isNotBlank();
    }

    @Test
    void whatAPersonMustMendIsToldInTheControllersWords() {
        Verdict verdict = VERDICTS.get(Situation.CONFLICT);

        assertThat(verdict.healthMessage()).startsWith("Conflict: The older object a-winner maps");
        assertThat(verdict.kstatusMessage()).startsWith("The older object a-winner maps");
    }

    /** Why the definition gives every new object a generation of which its status speaks. */
    @Test
    void withoutADefaultInTheDefinitionKstatusWouldCallANewObjectDone() {
        JsonObject bare = Situation.NEW.object();
        bare.remove("status");

        Verdict verdict = GitOpsJudges.judge(HEALTH, List.of(bare)).getFirst();

        assertThat(verdict.kstatus()).isEqualTo("Current");
        assertThat(verdict.health()).isEqualTo("Progressing");
    }

    @Test
    void aReasonThatTheScriptDoesNotKnowIsJudgedByItsConditions() {
        assertThat(Stream.of(Situation.APPLIED, Situation.CONFLICT, Situation.PENDING)
                .map(situation -> JsonParser.parseString(situation.object().toString()
                        .replaceAll("\"reason\":\"[A-Za-z]+\"", "\"reason\":\"FromTheFuture\"")).getAsJsonObject())
                .map(object -> GitOpsJudges.judge(HEALTH, List.of(object)).getFirst().health()))
                .containsExactly("Healthy", "Degraded", "Progressing");
    }

    @Test
    void argoCdIsGivenTheScriptThatIsTested() {
        assertThat(setting("iamauthenticator.k8s.aws_IAMIdentityMapping")).isEqualTo(HEALTH);
    }

    @Test
    void anApplicationIsAsHealthyAsItSays() {
        List<JsonObject> applications = Stream
                .of("{}", "{status: {}}", "{status: {health: {status: Healthy}}}",
                        "{status: {health: {status: Degraded, message: why}}}")
                .map(object -> JsonParser.parseString(object).getAsJsonObject()).toList();

        assertThat(GitOpsJudges.judge(setting("argoproj.io_Application"), applications)).extracting(Verdict::health)
                .containsExactly("Progressing", "Progressing", "Healthy", "Degraded");
    }

    private static String setting(String kind) {
        return new Rendering(Repository.read(Repository.path("examples", "argocd", "argocd-cm.yaml"))).objects()
                .getFirst().getAsJsonObject("data").get("resource.customizations.health." + kind).getAsString();
    }
}
