package dev.iammapper.cli.lint;

import dev.iammapper.cli.text.StructuredOutput;
import com.google.gson.stream.JsonWriter;
import dev.iammapper.cli.input.LintFinding;
import dev.iammapper.cli.input.ManifestCode;
import dev.iammapper.cli.input.Place;
import dev.iammapper.cli.input.UnusableInput;
import dev.iammapper.cli.text.Shown;
import dev.iammapper.policy.RuleCode;
import dev.iammapper.policy.Severity;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A report as code hosts show it beside the lines of a change: SARIF 2.1.0 (OASIS). */
final class SarifReport {
    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

    private SarifReport() {}

    /**
     * Writes the report.
     *
     * @param version of this program
     * @param folder to which files are named relatively where they are in it
     */
    static void print(Writer out, LintReport report, String version, Path folder) throws IOException {
        List<String> codes = new ArrayList<>();
        JsonWriter json = StructuredOutput.writer(out);
        json.beginObject();
        json.name("$schema").value(SCHEMA);
        json.name("version").value("2.1.0");
        json.name("runs").beginArray().beginObject();
        json.name("tool").beginObject().name("driver").beginObject();
        json.name("name").value("iam-identity-mapper");
        json.name("version").value(version);
        json.name("rules").beginArray();
        for (RuleCode code : RuleCode.values()) {
            codes.add(code.word());
            rule(json, code.word(), CodeDescriptions.of(code), "docs/rules.md");
        }
        for (ManifestCode code : ManifestCode.values()) {
            codes.add(code.word());
            rule(json, code.word(), code.description(), "docs/lint.md");
        }
        json.endArray().endObject().endObject();
        json.name("columnKind").value("unicodeCodePoints");
        invocation(json, report);
        json.name("results").beginArray();
        for (LintFinding finding : report.findings()) {
            result(json, finding, codes.indexOf(finding.code()), folder);
        }
        json.endArray();
        json.endObject().endArray();
        json.endObject();
        out.write("\n");
        json.flush();
    }

    private static void rule(JsonWriter json, String code, String description, String page) throws IOException {
        json.beginObject();
        json.name("id").value(code);
        json.name("name").value(code);
        json.name("shortDescription").beginObject().name("text").value(description).endObject();
        json.name("help").beginObject().name("text").value(description + " See " + code + " in " + page + ".")
                .endObject();
        json.endObject();
    }

    /** What could not be looked at makes the run a failed one. */
    private static void invocation(JsonWriter json, LintReport report) throws IOException {
        json.name("invocations").beginArray().beginObject();
        json.name("executionSuccessful").value(report.unusable().isEmpty());
        if (!report.unusable().isEmpty()) {
            json.name("toolExecutionNotifications").beginArray();
            for (UnusableInput input : report.unusable()) {
                json.beginObject();
                json.name("level").value("error");
                json.name("message").beginObject().name("text")
                        .value(Shown.name(input.file()) + " " + Shown.sentence(input.message()))
                        .endObject();
                json.endObject();
            }
            json.endArray();
        }
        json.endObject().endArray();
    }

    private static void result(JsonWriter json, LintFinding finding, int index, Path folder) throws IOException {
        json.beginObject();
        json.name("ruleId").value(finding.code());
        json.name("ruleIndex").value(index);
        json.name("level").value(switch (finding.severity()) {
            case DENY -> "error";
            case WARN -> "warning";
            case INFO -> "note";
        });
        String subject = finding.field().isEmpty() ? "The document" : Shown.name(finding.field()) + ":";
        json.name("message").beginObject().name("text")
                .value((finding.name().isEmpty() ? "" : Shown.name(finding.name()) + ": ") + subject + " "
                        + finding.message() + " " + finding.advice())
                .endObject();
        json.name("locations").beginArray();
        location(json, finding.file(), finding.place(), folder, null);
        json.endArray();
        LintFinding.Related related = finding.related();
        if (related != null) {
            json.name("relatedLocations").beginArray();
            location(json, related.file(), related.place(), folder, Shown.name(related.name()));
            json.endArray();
        }
        json.endObject();
    }

    private static void location(JsonWriter json, String file, Place place, Path folder,
            @Nullable String message) throws IOException {
        json.beginObject();
        json.name("physicalLocation").beginObject();
        json.name("artifactLocation").beginObject().name("uri").value(uri(file, folder)).endObject();
        json.name("region").beginObject();
        json.name("startLine").value(place.line());
        json.name("startColumn").value(place.column());
        json.endObject().endObject();
        if (message != null) {
            json.name("message").beginObject().name("text").value(message).endObject();
        }
        json.endObject();
    }

    /** Relative to the folder where it can be: code hosts take it for the root of the repository. */
    static String uri(String file, Path folder) {
        Path path = Path.of(file);
        boolean isWithin = path.isAbsolute() && path.startsWith(folder);
        String name = isWithin
                ? folder.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/")
                : file;
        return (path.isAbsolute() && !isWithin ? name.startsWith("/") ? "file://" : "file:///" : "") + escaped(name);
    }

    private static String escaped(String path) {
        StringBuilder uri = new StringBuilder();
        for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            boolean isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                    || "/-._~".indexOf(c) >= 0;
            uri.append(isPlain ? String.valueOf(c) : "%%%02X".formatted((int) c));
        }
        return uri.toString();
    }
}
