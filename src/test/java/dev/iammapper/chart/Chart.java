package dev.iammapper.chart;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The chart of this repository, as Helm itself sees it. */
public final class Chart {
    static final Path BASE = Path.of(System.getProperty("basedir", ""));
    static final Path FOLDER = BASE.resolve("helm").resolve("iam-identity-mapper");

    /** The release and its namespace, by which the objects are called as in the pages of docs/. */
    static final String RELEASE = "iam-identity-mapper";

    /** The library takes Kubernetes 1.20 for granted, which the chart refuses. */
    static final String KUBERNETES = "1.35.4";

    private Chart() {}

    /**
     * What {@code helm template} prints.
     *
     * @param values YAML
     * @throws IllegalStateException with Helm's words when it refuses
     */
    public static Rendering render(String values) {
        return new Rendering(withFile(values,
                file -> new Helm(FOLDER).template().withName(RELEASE).withNamespace(RELEASE)
                        .withKubeVersion(KUBERNETES).withValuesFile(file).call()));
    }

    /** What {@code helm install} would say to the person who calls it. */
    static String notes(String values) {
        String output = withFile(values, file -> new Helm(FOLDER).install().withName(RELEASE).withNamespace(RELEASE)
                .withKubeVersion(KUBERNETES).withValuesFile(file).clientOnly().dryRun().call().getOutput());
        return output.substring(output.indexOf("NOTES:"));
    }

    /** The names below {@code policy}. */
    public static Set<String> policyKeys() {
        return DocumentedValues.ofTheChart().defaults().getAsJsonObject("policy").keySet();
    }

    /** The version of the project. */
    static String version() {
        Matcher version = Pattern
                .compile("<artifactId>iam-identity-mapper</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(read("pom.xml"));
        if (!version.find()) {
            throw new IllegalStateException("pom.xml names its version otherwise than this class thinks");
        }
        return version.group(1);
    }

    /** A file of the repository. */
    static String read(String... path) {
        try {
            return Files.readString(BASE.resolve(Path.of("", path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FunctionalInterface
    interface WithValues<T> {
        T call(Path file);
    }

    /** Hands values over as a file, as people do. */
    static <T> T withFile(String values, WithValues<T> call) {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            try {
                return call.call(Files.writeString(file, values));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
