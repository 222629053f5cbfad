package dev.iammapper.cli.lint;

import com.google.gson.stream.JsonWriter;
import dev.iammapper.cli.input.LintFinding;
import dev.iammapper.cli.input.UnusableInput;
import dev.iammapper.cli.text.StructuredOutput;
import dev.iammapper.policy.Severity;
import java.io.IOException;
import java.io.Writer;

/** A report for programs; its fields are part of the API. */
final class JsonReport {
    private JsonReport() {}

    static void print(Writer out, LintReport report) throws IOException {
        JsonWriter json = StructuredOutput.writer(out);
        json.beginObject();
        json.name("findings").beginArray();
        for (LintFinding finding : report.findings()) {
            finding(json, finding);
        }
        json.endArray();
        json.name("unusable").beginArray();
        for (UnusableInput input : report.unusable()) {
            json.beginObject();
            json.name("file").value(input.file());
            json.name("message").value(input.message());
            json.endObject();
        }
        json.endArray();
        json.name("rulesOff").beginArray();
        for (String code : report.rulesOff()) {
            json.value(code);
        }
        json.endArray();
        json.name("counts").beginObject();
        json.name("files").value(report.files());
        json.name("mappings").value(report.mappings());
        json.name("others").value(report.others());
        for (Severity severity : Severity.values()) {
            json.name(severity.word()).value(report.count(severity));
        }
        json.endObject();
        json.endObject();
        out.write("\n");
        json.flush();
    }

    private static void finding(JsonWriter json, LintFinding finding) throws IOException {
        json.beginObject();
        json.name("file").value(finding.file());
        json.name("line").value(finding.place().line());
        json.name("column").value(finding.place().column());
        json.name("kind").value(finding.kind());
        json.name("name").value(finding.name());
        json.name("code").value(finding.code());
        json.name("severity").value(finding.severity().word());
        json.name("field").value(finding.field());
        json.name("message").value(finding.message());
        json.name("advice").value(finding.advice());
        LintFinding.Related related = finding.related();
        if (related != null) {
            json.name("related").beginObject();
            json.name("file").value(related.file());
            json.name("line").value(related.place().line());
            json.name("column").value(related.place().column());
            json.name("name").value(related.name());
            json.endObject();
        }
        json.endObject();
    }
}
