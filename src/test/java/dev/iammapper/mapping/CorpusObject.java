package dev.iammapper.mapping;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import dev.iammapper.api.IamIdentityMapping;
import io.kubernetes.client.openapi.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * One object of {@code src/test/resources/corpus}: its comments say what each entrance makes of it. Lines
 * {@code # schema: FIELD} are the fields for which the API server refuses it, lines {@code # parser: CODE FIELD} those
 * of the parser, both in any order; without such a line that entrance takes the object. {@code # wire: cannot be read}
 * marks text that is no such object at all, {@code # canonical: ARN} what aws-auth must hold.
 */
record CorpusObject(String name, boolean good, String text) {
    private static final Path FOLDER = Path.of(System.getProperty("basedir", ""), "src", "test", "resources", "corpus");

    static Stream<CorpusObject> all() {
        return Stream.concat(in("good", true), in("bad", false));
    }

    List<String> schemaErrors() {
        return comments("schema");
    }

    List<String> parserErrors() {
        return comments("parser");
    }

    List<String> canonical() {
        return comments("canonical");
    }

    boolean canBeRead() {
        return comments("wire").isEmpty();
    }

    /** The object as the controller gets it from the API server. */
    IamIdentityMapping read() {
        return read(json());
    }

    static IamIdentityMapping read(JsonElement json) {
        return JSON.getGson().fromJson(json, IamIdentityMapping.class);
    }

    /** The object as kubectl sends it. */
    JsonElement json() {
        LoaderOptions options = new LoaderOptions();
        DumperOptions dumperOptions = new DumperOptions();
        Object tree = new Yaml(new SafeConstructor(options), new Representer(dumperOptions), dumperOptions, options,
                new KubernetesResolver()).load(text);
        return new GsonBuilder().serializeNulls().create().toJsonTree(tree);
    }

    @Override
    public String toString() {
        return (good ? "good/" : "bad/") + name;
    }

    private List<String> comments(String word) {
        String start = "# " + word + ": ";
        return text.lines().filter(line -> line.startsWith(start)).map(line -> line.substring(start.length())).toList();
    }

    private static Stream<CorpusObject> in(String folder, boolean good) {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.sorted().map(file -> of(file, good)).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CorpusObject of(Path file, boolean good) {
        try {
            return new CorpusObject(file.getFileName().toString().replaceFirst("\\.yaml$", ""), good,
                    Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kubernetes leaves what YAML 1.1 takes for a timestamp as text. */
    private static final class KubernetesResolver extends Resolver {
        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            Tag tag = super.resolve(kind, value, implicit);
            return tag.equals(Tag.TIMESTAMP) ? Tag.STR : tag;
        }
    }
}
