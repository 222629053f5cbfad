package dev.iammapper.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds the programs of src/test/go once for each version, and keeps them in the user's cache folder.
 *
 * <p>A file lock lets one of several JVMs build while the others wait for its result.
 */
final class GoTools {

    /** A program, how many packages it is made of, and how long its first build takes on two cores. */
    enum Tool {
        KUBE_APISERVER("kube-apiserver", GoModule.SERVERS, "k8s.io/kubernetes/cmd/kube-apiserver", 2_000,
                "5 to 6 minutes"), //
        ETCD("etcd", GoModule.SERVERS, "go.etcd.io/etcd/server/v3", 600, "half a minute"), //
        HELM("helm", GoModule.HELM, "helm.sh/helm/v3/cmd/helm", 1_200, "a minute or two"), //
        KUBECTL("kubectl", GoModule.KUBECTL, "k8s.io/kubernetes/cmd/kubectl", 900, "a minute"), //
        ORACLE("oracle", GoModule.ORACLE, ".", 700, "a minute"), //
        GITOPS("gitops", GoModule.GITOPS, ".", 400, "a quarter of a minute"), //
        PROMTOOL("promtool", GoModule.PROMTOOL, "github.com/prometheus/prometheus/cmd/promtool", 760,
                "a minute and a half");

        private final String program;
        private final GoModule module;
        private final String goPackage;
        private final int packages;
        private final String usually;

        Tool(String program, GoModule module, String goPackage, int packages, String usually) {
            this.program = program;
            this.module = module;
            this.goPackage = goPackage;
            this.packages = packages;
            this.usually = usually;
        }
    }

    /** A folder of src/test/go, and the requirement in its go.mod that gives it its version. */
    private enum GoModule {
        SERVERS("servers", "k8s.io/kubernetes"), //
        HELM("helm", "helm.sh/helm/v3"), //
        KUBECTL("kubectl", "k8s.io/kubernetes"), //
        ORACLE("oracle", "sigs.k8s.io/aws-iam-authenticator"), //
        GITOPS("gitops", "github.com/fluxcd/cli-utils"), //
        PROMTOOL("promtool", "github.com/prometheus/prometheus");

        private final String folder;
        private final String versionOf;

        GoModule(String folder, String versionOf) {
            this.folder = folder;
            this.versionOf = versionOf;
        }
    }

    private static final Duration BETWEEN_NEWS = Duration.ofSeconds(10);

    private final Path sources = Path.of(System.getProperty("basedir", ""), "src", "test", "go").toAbsolutePath();
    private final Consumer<String> progress;

    GoTools(Consumer<String> progress) {
        this.progress = progress;
    }

    /**
     * The path of a program, built first if this version of it is not in the cache yet.
     *
     * @throws ClusterException saying what to install when Go is missing or too old, or what Go said when it fails
     */
    Path path(Tool tool) {
        // A file lock keeps other JVMs out, but throws when a second thread of this one asks for it.
        synchronized (GoTools.class) {
            return pathUnderLock(tool);
        }
    }

    private Path pathUnderLock(Tool tool) {
        Path folder = cacheFolder(tool);
        Path program = folder.resolve(tool.program);
        if (Files.isExecutable(program)) {
            return program;
        }
        try {
            Files.createDirectories(folder);
            try (FileChannel channel = FileChannel.open(folder.resolve(tool.program + ".lock"),
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                if (channel.tryLock() == null) {
                    progress.accept("Waiting for another build of " + tool.program + ", usually " + tool.usually);
                    channel.lock();
                }
                if (!Files.isExecutable(program)) {
                    build(tool, folder);
                }
                return program;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep " + tool.program + " in " + folder, e);
        }
    }

    /** The version that the program's go.mod names, such as v1.35.4 for what belongs to Kubernetes. */
    String version(Tool tool) {
        return inGoMod(tool.module, "(?m)^(?:require|\\s)\\s*" + Pattern.quote(tool.module.versionOf) + " (v\\S+)");
    }

    private void build(Tool tool, Path folder) throws IOException {
        long started = System.nanoTime();
        progress.accept(
                "Building %s (for %s %s) with %s, only this once; usually %s. It is kept in %s".formatted(tool.program,
                        tool.module.versionOf, version(tool), goVersion(tool.module), tool.usually, folder));
        Path unfinished = folder.resolve(tool.program + ".unfinished");
        Path log = folder.resolve(tool.program + ".build.log");
        Files.deleteIfExists(log);
        List<String> command = new ArrayList<>(List.of("go", "build", "-v"));
        command.addAll(flags(tool));
        command.addAll(List.of("-o", unfinished.toString(), tool.goPackage));
        ProcessBuilder launch = new ProcessBuilder(command).directory(folder(tool.module).toFile());
        launch.environment().put("CGO_ENABLED", "0");
        // What an interrupted build leaves is found and deleted by the next one.
        DataFolder work = new DataFolder(folder.resolve(tool.program + ".work"));
        work.close();
        launch.environment().put("GOTMPDIR", Files.createDirectory(work.path()).toString());
        try (work; ChildProcess build = ChildProcess.start("go build", launch, log)) {
            while (!build.waitFor(BETWEEN_NEWS)) {
                progress.accept("  %s: %s, %,d of at most %,d packages compiled".formatted(tool.program,
                        elapsedSince(started),
                        build.output().lines().filter(line -> !line.startsWith("go: ")).count(), tool.packages));
            }
            if (build.exitCode() != 0) {
                throw new ClusterException(tool.program + " could not be built. Go said:\n" + build.lastWords(15)
                        + "\nIf modules are missing, see that the proxy of `go env GOPROXY` can be reached, and try again.");
            }
        }
        Files.move(unfinished, folder.resolve(tool.program), StandardCopyOption.ATOMIC_MOVE);
        progress.accept("Built %s in %s".formatted(tool.program, elapsedSince(started)));
    }

    // Go compiles everything again for other flags: minutes for everybody.
    private List<String> flags(Tool tool) {
        String link = "-s -w";
        if (tool == Tool.KUBE_APISERVER) {
            String version = version(tool);
            String[] numbers = version.substring(1).split("\\.", -1);
            String variable = " -X k8s.io/component-base/version.";
            link += variable + "gitVersion=" + version + variable + "gitMajor=" + numbers[0] + variable + "gitMinor="
                    + numbers[1];
        }
        List<String> flags = List.of("-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags=" + link);
        // Without the code for finding machines in every cloud, which is most of it.
        return tool == Tool.PROMTOOL
                ? Stream.concat(flags.stream(), Stream.of("-tags=remove_all_sd")).toList()
                : flags;
    }

    /** The version of the Go that will build a module, asked in its folder because Go may switch versions for it. */
    private String goVersion(GoModule module) {
        String remedy = "install Go %s or newer (https://go.dev/dl)".formatted(newestGoNeeded());
        try {
            Process go = new ProcessBuilder("go", "env", "GOVERSION").directory(folder(module).toFile())
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(go.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (go.waitFor() != 0) {
                throw new NoGoException("the Go on the PATH says \"" + answer + "\"", remedy, null);
            }
            return answer;
        } catch (IOException e) {
            throw new NoGoException("there is no Go on the PATH", remedy, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while asking Go for its version", e);
        }
    }

    /** One installation should serve every module. */
    private String newestGoNeeded() {
        return Stream.of(GoModule.values())
                .map(module -> inGoMod(module, "(?m)^go (\\S+)"))
                .max(Comparator.comparing(ModuleDescriptor.Version::parse))
                .orElseThrow();
    }

    private Path cacheFolder(Tool tool) {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path home = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        String machine = System.getProperty("os.name") + "-" + System.getProperty("os.arch");
        return home.resolve("iam-identity-mapper")
                .resolve("%s-%s-%s-%s".formatted(tool.module.folder, version(tool),
                        machine.toLowerCase(Locale.ROOT).replace(" ", ""), fingerprint(tool)));
    }

    private String fingerprint(Tool tool) {
        try (Stream<Path> files = Files.list(folder(tool.module))) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files.sorted().toList()) {
                digest.update(Files.readAllBytes(file));
            }
            for (Tool each : Tool.values()) {
                if (each.module == tool.module) {
                    digest.update(flags(each).toString().getBytes(StandardCharsets.UTF_8));
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String inGoMod(GoModule module, String pattern) {
        Path file = folder(module).resolve("go.mod");
        try {
            Matcher found = Pattern.compile(pattern).matcher(Files.readString(file));
            if (!found.find()) {
                throw new IllegalStateException(file + " has no line like " + pattern);
            }
            return found.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException("run this in the folder of the pom.xml: " + file + " is missing", e);
        }
    }

    private Path folder(GoModule module) {
        return sources.resolve(module.folder);
    }

    private static String elapsedSince(long started) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
        return elapsed.toMinutes() == 0
                ? elapsed.toSeconds() + " s"
                : "%d min %02d s".formatted(elapsed.toMinutes(), elapsed.toSecondsPart());
    }

    /** Go is missing or too old. */
    static final class NoGoException extends ClusterException {

        private static final long serialVersionUID = 1L;

        private final String remedy;

        private NoGoException(String problem, String remedy, @Nullable Throwable cause) {
            super("Tests of this project use programs written in Go, but " + problem + ": " + remedy, cause);
            this.remedy = remedy;
        }

        /** What to do, as the second half of a sentence. */
        String remedy() {
            return remedy;
        }
    }
}
