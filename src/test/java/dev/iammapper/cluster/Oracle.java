package dev.iammapper.cluster;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What EKS makes of aws-auth, asked of aws-iam-authenticator's own code.
 *
 * <p>One program of src/test/go/oracle serves the whole JVM; it ends when its standard input does, so also with the
 * JVM. Any thread may ask.
 */
public final class Oracle {

    private static @Nullable Oracle shared;

    private final Path program;
    private final Gson gson = new Gson();
    private @Nullable Process process;
    private @Nullable Writer questions;
    private @Nullable BufferedReader answers;

    private Oracle(Path program) {
        this.program = program;
    }

    /**
     * The oracle of this JVM, built first if it is not in the user's cache folder.
     *
     * @throws ClusterException saying what to install when it cannot be built
     */
    public static synchronized Oracle shared() {
        if (shared == null) {
            shared = new Oracle(new GoTools(System.out::println).path(GoTools.Tool.ORACLE));
        }
        return shared;
    }

    /**
     * What the authenticator keeps of a document, and who each ARN becomes, with its feature gates as they are by
     * default: rows with {@code sso} match nobody.
     *
     * @param mapRoles the text of the section, null when its key is absent; likewise the two others
     * @param arns canonical ARNs, as {@link #canonicalize} gives them; letter case does not matter
     */
    public OracleReading read(@Nullable String mapRoles, @Nullable String mapUsers, @Nullable String mapAccounts,
            List<String> arns) {
        return read(new Question(mapRoles, mapUsers, mapAccounts, false, arns, null));
    }

    /** As {@link #read}, by an authenticator that runs with the feature gate SSORoleMatch. */
    public OracleReading readWithSsoRoleMatch(@Nullable String mapRoles, @Nullable String mapUsers,
            @Nullable String mapAccounts, List<String> arns) {
        return read(new Question(mapRoles, mapUsers, mapAccounts, true, arns, null));
    }

    /** The form in which the authenticator compares each ARN, or why it refuses it; in the order of the question. */
    public List<Canonicalized> canonicalize(List<String> arns) {
        JsonElement answer = ask(new Question(null, null, null, false, List.of(), arns)).get("canonicalized");
        return List.of(gson.fromJson(answer, Canonicalized[].class));
    }

    /**
     * The authenticator's word on one ARN.
     *
     * @param canonical empty when the ARN is refused
     * @param error empty when it is not
     */
    public record Canonicalized(String arn, String canonical, String error) {}

    private OracleReading read(Question question) {
        return gson.fromJson(ask(question), OracleReading.class);
    }

    private synchronized JsonObject ask(Question question) {
        String line = gson.toJson(question);
        String answer = exchange(line);
        if (answer == null) {
            stop();
            answer = exchange(line);
        }
        if (answer == null) {
            stop();
            throw new ClusterException("the oracle " + program + " ended twice at the same question, " + line.length()
                    + " characters long; what it wrote stands above");
        }
        JsonObject json = JsonParser.parseString(answer).getAsJsonObject();
        if (json.has("failure")) {
            throw new IllegalStateException("the oracle did not understand: " + json.get("failure").getAsString());
        }
        return json;
    }

    private @Nullable String exchange(String line) {
        try {
            if (process == null || !process.isAlive()) {
                process = new ProcessBuilder(program.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
                questions = process.outputWriter(StandardCharsets.UTF_8);
                answers = process.inputReader(StandardCharsets.UTF_8);
            }
            questions.write(line);
            questions.write('\n');
            questions.flush();
            return answers.readLine();
        } catch (IOException brokenPipe) {
            return null;
        }
    }

    private void stop() {
        if (process != null) {
            process.destroyForcibly();
        }
        process = null;
    }

    /** A line of the protocol; Gson leaves absent sections out. */
    private record Question(@Nullable String mapRoles, @Nullable String mapUsers, @Nullable String mapAccounts,
            boolean ssoRoleMatch, List<String> arns, @Nullable List<String> canonicalize) {}
}
