package dev.iammapper.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.ControllerProcess;
import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the Dockerfile says, against what it speaks of. */
class ImageTest {
    /** Not referred to by any class: file systems in jars are found by name, and so are the options of sockets. */
    private static final Set<String> FOUND_BY_NAME = Set.of("jdk.net", "jdk.zipfs");

    private final String dockerfile = read("Dockerfile");

    @Test
    void theRuntimeHasTheModulesThatTheClassesReferToAndNoOthers() throws IOException {
        Set<String> wanted = new TreeSet<>(FOUND_BY_NAME);
        wanted.addAll(referredTo());

        assertThat(linked(List.of(found("--add-modules (\\S+)").split(",")))).isEqualTo(linked(wanted));
    }

    /** The modules with those that they require. */
    private static Set<String> linked(Collection<String> modules) {
        return Configuration.empty().resolve(ModuleFinder.ofSystem(), ModuleFinder.of(), modules).modules().stream()
                .map(ResolvedModule::name).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theFlagsAreThoseWithWhichEverythingElseIsMeasured() {
        assertThat(List.of(found("--add-options=\"([^\"]*)\"").split(" "))).containsAll(ControllerProcess.FLAGS);
    }

    @Test
    void everythingThatIsCopiedFromTheProjectIsLetThrough() {
        List<String> copied = Pattern.compile("(?m)^COPY (?!--from)(\\S+) ").matcher(dockerfile).results()
                .map(line -> line.group(1)).toList();
        List<String> letThrough = read(".dockerignore").lines().filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1)).toList();

        assertThat(letThrough).containsExactlyInAnyOrderElementsOf(copied);
        assertThat(copied).allSatisfy(path -> assertThat(Path.of(path)).exists());
    }

    @Test
    void theContainerIsNobodyAndStartsWithoutAShell() {
        assertThat(dockerfile).contains("\nUSER 65532:65532\n")
                .containsPattern("\nENTRYPOINT \\[\"/opt/jre/bin/java\", ");
    }

    @Test
    void theVersionInTheLabelIsThatOfThePom() {
        String pom = read("pom.xml");
        Matcher version = Pattern.compile("<artifactId>iam-identity-mapper</artifactId>\\s*<version>([^<]+)")
                .matcher(pom);

        assertThat(version.find()).isTrue();
        assertThat(found("ARG VERSION=(\\S+)")).isEqualTo(version.group(1));
    }

    /** The JDK's modules whose packages the classes of the program and of its libraries name. */
    private static Set<String> referredTo() throws IOException {
        Map<String, String> modules = new HashMap<>();
        ModuleFinder.ofSystem().findAll().forEach(module -> module.descriptor().packages()
                .forEach(each -> modules.put(each, module.descriptor().name())));
        Set<String> found = new TreeSet<>();
        for (String entry : runtimeClassPath()) {
            try (FileSystem jar = FileSystems.newFileSystem(Path.of(entry));
                    Stream<Path> files = Files.walk(jar.getPath("/"))) {
                for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
                    for (PoolEntry constant : ClassFile.of().parse(Files.readAllBytes(file)).constantPool()) {
                        if (constant instanceof ClassEntry type && type.asSymbol().isClassOrInterface()) {
                            String module = modules.get(type.asSymbol().packageName());
                            if (module != null) {
                                found.add(module);
                            }
                        }
                    }
                }
            }
        }
        return found;
    }

    /** The jars that the build puts into the jar: what is here for tests alone refers to more. */
    private static List<String> runtimeClassPath() {
        Set<String> forTests = Set.of("lombok", "junit", "assertj", "mockito", "archunit", "testcontainers",
                "helm-java", "jmh",
                "byte-buddy", "awaitility");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(classPath.split(Pattern.quote(File.pathSeparator)))
                .filter(entry -> entry.endsWith(".jar") && forTests.stream().noneMatch(entry::contains)).toList();
    }

    private String found(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(dockerfile);
        assertThat(matcher.find()).as("the Dockerfile has no line like %s", pattern).isTrue();
        return matcher.group(1);
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
