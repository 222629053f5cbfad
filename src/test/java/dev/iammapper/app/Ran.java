package dev.iammapper.app;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One run of a command through the entrance of the jar.
 *
 * @param code the exit code
 * @param out what it printed
 * @param err what it complained of
 */
record Ran(int code, String out, String err) {

    /** Runs a command with nothing on the standard input. */
    static Ran of(String... words) {
        return withInput("", words);
    }

    static Ran withInput(String input, String... words) {
        return withInput(input.getBytes(StandardCharsets.UTF_8), words);
    }

    static Ran withInput(byte[] input, String... words) {
        InputStream in = System.in;
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try {
            System.setIn(new ByteArrayInputStream(input));
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            int code = Main.run(words);
            return new Ran(code, printed.toString(StandardCharsets.UTF_8),
                    complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setIn(in);
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** What it printed, as JSON. */
    JsonObject json() {
        return JsonParser.parseString(out).getAsJsonObject();
    }

    /** An aws-auth as {@code kubectl get -o json} prints it. */
    static String awsAuth(Map<String, String> data) {
        return new Gson().toJson(Map.of("apiVersion", "v1", "kind", "ConfigMap", "metadata",
                Map.of("name", "aws-auth", "namespace", "kube-system"), "data", data));
    }
}
