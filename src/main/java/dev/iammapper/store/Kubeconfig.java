package dev.iammapper.store;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * One or several kubeconfig files, merged as kubectl merges them: of two entries with one name the first file's counts,
 * and so does the first current context. Relative paths belong to the file that holds them.
 */
final class Kubeconfig {
    private static final long MOST_BYTES = 4L << 20;

    private final List<Path> files;
    private final Map<String, Entry> clusters = new LinkedHashMap<>();
    private final Map<String, Entry> contexts = new LinkedHashMap<>();
    private final Map<String, Entry> users = new LinkedHashMap<>();
    private @Nullable String currentContext;

    private Kubeconfig(List<Path> files) {
        this.files = files;
    }

    /**
     * A named part of a file.
     *
     * @param fields as they stand there
     * @param folder to which relative paths refer
     */
    record Entry(Map<?, ?> fields, Path folder) {

        /** A text field, or null; numbers and booleans count as their text. */
        @Nullable
        String text(String field) {
            Object value = fields.get(field);
            if (value == null || value instanceof Map || value instanceof List) {
                return null;
            }
            String text = value.toString();
            return text.isEmpty() ? null : text;
        }

        /** A field that names a file, or null. */
        @Nullable
        Path path(String field) {
            String text = text(field);
            return text == null ? null : folder.resolve(text).normalize();
        }

        /** An object field, or null. */
        @Nullable
        Entry object(String field) {
            return fields.get(field) instanceof Map<?, ?> inner ? new Entry(inner, folder) : null;
        }
    }

    /** What a context selects; {@code user} is empty when the context names none. */
    record Selection(String context, Entry cluster, Entry user) {}

    /** Reads files that are known to exist. */
    static Kubeconfig read(List<Path> files) throws ClusterAccessException {
        Kubeconfig merged = new Kubeconfig(files);
        for (Path file : files) {
            merged.add(file);
        }
        return merged;
    }

    /** What the named context selects, or the current one. */
    Selection select(@Nullable String wanted) throws ClusterAccessException {
        String name = wanted == null ? currentContext : wanted;
        if (name == null) {
            throw new ClusterAccessException(
                    where() + " has no current context; name one with --context" + oneOf(contexts.keySet()));
        }
        Entry context = contexts.get(name);
        if (context == null) {
            throw new ClusterAccessException("there is no context \"" + name + "\" in " + where()
                    + (contexts.isEmpty() ? ", which has no contexts at all" : oneOf(contexts.keySet())));
        }
        String clusterName = context.text("cluster");
        Entry cluster = clusterName == null ? null : clusters.get(clusterName);
        if (cluster == null) {
            throw new ClusterAccessException("context \"" + name + "\" in " + where() + " names the cluster \""
                    + clusterName + "\", which is not there" + oneOf(clusters.keySet()));
        }
        String userName = context.text("user");
        if (userName == null) {
            return new Selection(name, cluster, new Entry(Map.of(), cluster.folder()));
        }
        Entry user = users.get(userName);
        if (user == null) {
            throw new ClusterAccessException("context \"" + name + "\" in " + where() + " names the user \"" + userName
                    + "\", which is not there" + oneOf(users.keySet()));
        }
        return new Selection(name, cluster, user);
    }

    /** The files, for messages. */
    String where() {
        return String.join(", ", files.stream().map(Path::toString).toList());
    }

    private void add(Path file) throws ClusterAccessException {
        Object document = parse(file);
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
        if (document == null) {
            return;
        }
        if (!(document instanceof Map<?, ?> root)) {
            throw new ClusterAccessException(file + " is not a kubeconfig: its top level is no mapping");
        }
        collect(root, "clusters", "cluster", clusters, file, folder);
        collect(root, "contexts", "context", contexts, file, folder);
        collect(root, "users", "user", users, file, folder);
        if (currentContext == null) {
            currentContext = new Entry(root, folder).text("current-context");
        }
    }

    private static void collect(Map<?, ?> root, String list, String field, Map<String, Entry> into, Path file,
            Path folder) throws ClusterAccessException {
        Object items = root.get(list);
        if (items == null) {
            return;
        }
        if (!(items instanceof List<?> entries)) {
            throw new ClusterAccessException(file + " is not a kubeconfig: " + list + " is no list");
        }
        for (Object item : entries) {
            if (item instanceof Map<?, ?> named && named.get("name") != null) {
                Map<?, ?> fields = named.get(field) instanceof Map<?, ?> inner ? inner : Map.of();
                into.putIfAbsent(named.get("name").toString(), new Entry(fields, folder));
            }
        }
    }

    private static @Nullable Object parse(Path file) throws ClusterAccessException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new ClusterAccessException(file + " is no kubeconfig: it is larger than 4 MiB");
            }
            String text = Files.readString(file);
            return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        } catch (MarkedYAMLException e) {
            String place = e.getProblemMark() == null ? "" : " line " + (e.getProblemMark().getLine() + 1);
            throw new ClusterAccessException(file + place + ": not valid YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new ClusterAccessException(file + ": not valid YAML: " + e.getMessage());
        } catch (IOException e) {
            throw new ClusterAccessException("cannot read " + file + ": " + reason(e));
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "no such file";
            case CharacterCodingException _ -> "it is not UTF-8 text";
            default -> String.valueOf(e.getMessage());
        };
    }

    private static String oneOf(Set<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        List<String> sorted = new ArrayList<>(names);
        sorted.sort(null);
        return "; there " + (sorted.size() == 1 ? "is: " : "are: ") + String.join(", ", sorted);
    }
}
