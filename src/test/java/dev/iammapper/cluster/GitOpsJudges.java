package dev.iammapper.cluster;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;

/** What the tools of a GitOps pipeline make of objects, asked of their own code; src/test/go/gitops is the program. */
public final class GitOpsJudges {
    private GitOpsJudges() {}

    /**
     * What two tools say about one object.
     *
     * @param kstatus what Flux and {@code helm --wait} wait for: Current, InProgress, Failed or Terminating
     * @param kstatusMessage why
     * @param health what Argo CD shows: Healthy, Progressing, Degraded or Suspended
     * @param healthMessage why
     * @param trouble why one of them could not judge, empty when both did
     */
    public record Verdict(String kstatus, String kstatusMessage, String health, String healthMessage, String trouble) {}

    private record Question(String health, List<JsonObject> objects) {}

    /**
     * Verdicts, in the order of the objects.
     *
     * @param healthScript a health check of Argo CD, in Lua
     * @throws ClusterException saying what to install when the program cannot be built, or what it said when it fails
     */
    public static List<Verdict> judge(String healthScript, List<JsonObject> objects) {
        Path program = new GoTools(System.out::println).path(GoTools.Tool.GITOPS);
        Gson gson = new Gson();
        Seen seen = Seen.of(List.of(program.toString()), gson.toJson(new Question(healthScript, objects)));
        if (seen.exitCode() != 0) {
            throw new ClusterException("the judges of objects ended with " + seen.exitCode() + ": " + seen.err());
        }
        return List.of(gson.fromJson(seen.out(), Verdict[].class));
    }
}
