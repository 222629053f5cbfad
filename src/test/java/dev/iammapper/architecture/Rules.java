package dev.iammapper.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the shape of the code must keep to, for the packages below a root. Each rule ends with its reason. */
final class Rules {
    /**
     * The packages, and which others each of them may use. The data flow reads from it: wire objects, what they mean,
     * the text of aws-auth, the cluster, the loop. A new package needs a line here.
     */
    private static final Map<String, Set<String>> MAY_USE = new TreeMap<>(Map.ofEntries(
            Map.entry("api", Set.of()),
            Map.entry("mapping", Set.of("api")),
            Map.entry("policy", Set.of("api", "mapping")),
            Map.entry("render", Set.of("api", "mapping")),
            Map.entry("identity", Set.of("api", "mapping", "policy", "render")),
            Map.entry("store", Set.of("api", "mapping", "render")),
            Map.entry("reconcile", Set.of("api", "mapping", "policy", "render", "store")),
            Map.entry("certificate", Set.of()),
            Map.entry("serving", Set.of("certificate", "store")),
            Map.entry("admission", Set.of("api", "mapping", "policy", "store")),
            Map.entry("cli", Set.of("api", "mapping", "policy", "render", "identity", "store", "reconcile")),
            Map.entry("app",
                    Set.of("api", "mapping", "policy", "render", "identity", "store", "reconcile", "certificate",
                            "serving", "admission", "cli"))));

    private static final List<String> PURE = List.of("api", "mapping", "policy", "render", "identity");

    private static final Set<String> CONFIG_MAP_WRITES = Set.of("createNamespacedConfigMap",
            "replaceNamespacedConfigMap", "patchNamespacedConfigMap", "deleteNamespacedConfigMap",
            "deleteCollectionNamespacedConfigMap");

    private final String root;

    Rules(String root) {
        this.root = root;
    }

    /** All rules by what they guard, so that a failure names it. */
    Map<String, ArchRule> all() {
        Map<String, ArchRule> rules = new TreeMap<>();
        MAY_USE.forEach((name, used) -> rules.put("packages used by " + name, usesOnly(name, used)));
        rules.put("known packages", everyPackageIsKnown());
        rules.put("cycles", freeOfCycles());
        rules.put("libraries of api", librariesOf("api", "io.kubernetes.client.openapi.models..",
                "io.kubernetes.client.common.."));
        rules.put("libraries of mapping", librariesOf("mapping", "io.kubernetes.client.openapi.models.."));
        rules.put("libraries of policy", librariesOf("policy", "io.kubernetes.client.openapi.models..",
                "org.yaml.snakeyaml.."));
        rules.put("libraries of render", librariesOf("render", "org.yaml.snakeyaml.."));
        rules.put("libraries of identity", librariesOf("identity", "io.kubernetes.client.openapi.models.."));
        rules.put("libraries of certificate", librariesOf("certificate", "org.bouncycastle..", "javax.security..",
                "lombok.."));
        rules.put("wire types in mapping", wireTypesStayInTheParser());
        rules.put("wire types in policy", wireTypesStayInTheCandidate());
        rules.put("clocks and randomness", pureCodeIsDeterministic());
        rules.put("outside world", pureCodeTouchesNothing());
        rules.put("now", nobodyAsksForNow());
        rules.put("field injection", noFieldInjection());
        rules.put("suffixes", noEmptySuffixes());
        rules.put("null-marked", everyPackageIsNullMarked());
        rules.put("ConfigMap writes", onlyStoreWritesConfigMaps());
        rules.put("letter case", caseConversionsNameTheirLocale());
        return rules;
    }

    private ArchRule usesOnly(String name, Set<String> used) {
        String[] others = MAY_USE.keySet().stream().filter(other -> !other.equals(name) && !used.contains(other))
                .map(this::packages).toArray(String[]::new);
        return noClasses().that().resideInAPackage(packages(name)).should().dependOnClassesThat()
                .resideInAnyPackage(others)
                // Packages come one by one; a line of the table may be ahead of its package, and app forbids nothing.
                .allowEmptyShould(true)
                .because("data flows api -> mapping -> policy, render -> store -> reconcile -> app and never back;"
                        + " move the code to the package whose knowledge it needs");
    }

    private ArchRule everyPackageIsKnown() {
        return classes().that().resideInAPackage(root + "..").should()
                .resideInAnyPackage(MAY_USE.keySet().stream().map(this::packages).toArray(String[]::new))
                .because("a package outside the table of this test could depend on anything; add a line for it");
    }

    private ArchRule freeOfCycles() {
        return slices().matching(root + ".(**)").should().beFreeOfCycles()
                .because("packages that need each other are one package");
    }

    private ArchRule librariesOf(String name, String... libraries) {
        String[] allowed = Stream.concat(Stream.of(root + "..", "java..", "org.jspecify.."), Stream.of(libraries))
                .toArray(String[]::new);
        return classes().that().resideInAPackage(packages(name)).should().onlyDependOnClassesThat()
                .resideInAnyPackage(allowed)
                .because("the core is plain functions over plain data: no Spring, no calls of the API client, no"
                        + " logging; do such work in the caller and pass its result in");
    }

    private ArchRule wireTypesStayInTheParser() {
        return noClasses().that().resideInAPackage(packages("mapping")).and().doNotHaveSimpleName("MappingParser")
                .should().dependOnClassesThat().resideInAnyPackage(packages("api"), "io.kubernetes..")
                .because("objects cross from the wire to their meaning once, in MappingParser; everything behind it"
                        + " holds no nulls of the wire");
    }

    private ArchRule wireTypesStayInTheCandidate() {
        return noClasses().that().resideInAPackage(packages("policy"))
                .and().haveNameNotMatching(".*\\.policy\\.(Candidate|RbacSketches)(\\$.*)?")
                .should().dependOnClassesThat().resideInAnyPackage(packages("api"), "io.kubernetes..")
                .because(
                        "rules judge what was read of objects, in Candidate and RbacSketches, and nothing else of them");
    }

    private ArchRule pureCodeIsDeterministic() {
        DescribedPredicate<JavaAccess<?>> nondeterministic = describe("a clock or a source of randomness",
                access -> isNow(access) || isClock(access) || isRandom(access));
        return noClasses().that().resideInAnyPackage(pure()).should(accessTargetWhere(nondeterministic))
                .because("the same input must give the same bytes, or every pass is a write; pass instants in");
    }

    private ArchRule pureCodeTouchesNothing() {
        DescribedPredicate<JavaAccess<?>> outside = describe("files, sockets, processes, streams or settings",
                access -> isOutside(access));
        return noClasses().that().resideInAnyPackage(pure()).should(accessTargetWhere(outside))
                .because("side effects belong to the edge, where they can fail and be retried");
    }

    private ArchRule nobodyAsksForNow() {
        return noClasses().that().resideInAPackage(root + "..")
                .should(accessTargetWhere(describe("the system's time of day", Rules::isNow)))
                .because("time is tested by passing a java.time.Clock; ask the clock that you were given");
    }

    private ArchRule noFieldInjection() {
        return noFields().that().areDeclaredInClassesThat().resideInAPackage(root + "..").should()
                .beAnnotatedWith(describe("an annotation that injects",
                        annotation -> Set.of("Autowired", "Inject", "Resource", "Value")
                                .contains(annotation.getRawType().getSimpleName())
                                && !annotation.getRawType().getPackageName().startsWith("lombok")))
                .because("a constructor shows what an object needs, to readers and to tests");
    }

    private ArchRule noEmptySuffixes() {
        return noClasses().that().resideInAPackage(root + "..").should()
                .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Handler|Processor|Service)")
                .because("such a name says that the class does something to something; name what it is or does");
    }

    private ArchRule everyPackageIsNullMarked() {
        return classes().that().resideInAPackage(root + "..")
                .should(new ArchCondition<>("be in a null-marked package") {
                    @Override
                    public void check(JavaClass item, ConditionEvents events) {
                        if (!item.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked")) {
                            events.add(SimpleConditionEvent.violated(item,
                                    item.getPackageName() + " has no package-info with @NullMarked (" + item.getName()
                                            + ")"));
                        }
                    }
                }).because("the null checker only looks at packages that ask for it");
    }

    private ArchRule onlyStoreWritesConfigMaps() {
        DescribedPredicate<JavaAccess<?>> write = describe("a write of a ConfigMap",
                access -> access.getTargetOwner().getName().equals("io.kubernetes.client.openapi.apis.CoreV1Api")
                        && CONFIG_MAP_WRITES.contains(access.getTarget().getName()));
        return noClasses().that().resideInAPackage(root + "..").and().resideOutsideOfPackage(packages("store"))
                .should(accessTargetWhere(write))
                .because("aws-auth is written in one place, guarded by the version that was read and by the fence");
    }

    private ArchRule caseConversionsNameTheirLocale() {
        DescribedPredicate<JavaAccess<?>> conversion = describe("a case conversion in the machine's language",
                access -> access.getTargetOwner().isEquivalentTo(String.class)
                        && Set.of("toLowerCase", "toUpperCase").contains(access.getTarget().getName())
                        && hasNoParameters(access));
        return noClasses().that().resideInAPackage(root + "..").should(accessTargetWhere(conversion))
                .because("ARNs compare the same on a Turkish machine; write Locale.ROOT");
    }

    private static boolean isNow(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        return (owner.getPackageName().equals("java.time") && name.equals("now") && hasNoParameters(access))
                || (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"))
                || (owner.getName().equals("java.util.Date") && name.equals("<init>") && hasNoParameters(access));
    }

    private static boolean isClock(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        return (owner.getName().equals("java.time.Clock") && (name.startsWith("system") || name.startsWith("tick")))
                || (owner.isEquivalentTo(System.class) && name.equals("nanoTime"));
    }

    private static boolean isRandom(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return owner.getName().matches("java\\.(util|security|util\\.concurrent|util\\.random)\\.\\w*Random\\w*")
                || (owner.isEquivalentTo(Math.class) && access.getTarget().getName().equals("random"))
                || (owner.getName().equals("java.util.UUID") && access.getTarget().getName().equals("randomUUID"));
    }

    private static boolean isOutside(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return resideInAnyPackage("java.nio.file..", "java.net..", "java.util.logging..").test(owner)
                || owner.getName().matches("java\\.io\\.(File.*|RandomAccessFile|PrintStream)")
                || owner.isEquivalentTo(Runtime.class) || owner.isEquivalentTo(ProcessBuilder.class)
                || (owner.isEquivalentTo(System.class) && Set.of("getenv", "getProperty", "out", "err", "in", "exit")
                        .contains(access.getTarget().getName()));
    }

    private static boolean hasNoParameters(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget target && target.getRawParameterTypes().isEmpty();
    }

    private String[] pure() {
        return PURE.stream().map(this::packages).toArray(String[]::new);
    }

    private String packages(String name) {
        return root + "." + name + "..";
    }
}
