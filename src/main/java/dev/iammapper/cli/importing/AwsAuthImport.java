package dev.iammapper.cli.importing;

import dev.iammapper.cli.importing.ImportReport.Imported;
import dev.iammapper.cli.importing.ImportReport.SkipReason;
import dev.iammapper.cli.importing.ImportReport.Skipped;
import dev.iammapper.mapping.ArnProblem;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.ParsedArn;
import dev.iammapper.mapping.ParsedMapping;
import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.mapping.Quoted;
import dev.iammapper.policy.Candidate;
import dev.iammapper.policy.Finding;
import dev.iammapper.policy.Judge;
import dev.iammapper.policy.MappingIndex;
import dev.iammapper.policy.Occasion;
import dev.iammapper.policy.Policy;
import dev.iammapper.policy.PolicyContext;
import dev.iammapper.policy.PolicyNeeds;
import dev.iammapper.policy.PolicyText;
import dev.iammapper.policy.Severity;
import dev.iammapper.policy.Verdict;
import dev.iammapper.reconcile.Preview;
import dev.iammapper.reconcile.ReconcileSettings;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.AwsAuthLookup;
import dev.iammapper.render.AwsAuthProblem;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.NodeLook;
import dev.iammapper.render.RenderPlan;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Translates the rows of an aws-auth into objects that change nothing in it: what EKS does not read, what no object can
 * say, and what the controller would write otherwise is left out, and named.
 */
final class AwsAuthImport {
    private static final String ACCOUNTS = "mapAccounts";

    private final AwsAuthData data;
    private final AwsAuthLookup awsAuth;
    private final Choices choices;
    private final Map<PrincipalArn, Imported> imported = new LinkedHashMap<>();
    private final Set<PrincipalKey> translated = new HashSet<>();
    private final List<Skipped> skipped = new ArrayList<>();
    private final Map<PrincipalArn, List<Finding>> risks = new HashMap<>();
    private final Map<PrincipalArn, PolicyNeeds> needs = new HashMap<>();

    /**
     * What somebody wants of the translation.
     *
     * @param nodes whether rows of nodes are translated too
     * @param adopt whether the objects take their rows over
     * @param policy by which the objects will be admitted
     * @param mapped the principals that have an object already, with its name
     * @param taken the names of all objects
     * @param now the time of day
     */
    record Choices(boolean nodes, boolean adopt, Policy policy, Map<PrincipalKey, String> mapped, Set<String> taken,
            Instant now) {}

    private AwsAuthImport(AwsAuthData data, Choices choices) {
        this.data = data;
        this.awsAuth = AwsAuthLookup.of(data);
        this.choices = choices;
    }

    static ImportReport of(AwsAuthData data, Choices choices) {
        return new AwsAuthImport(data, choices).report();
    }

    private ImportReport report() {
        awsAuth.problems().stream().filter(AwsAuthProblem::sectionLost).forEach(problem -> skipped.add(
                new Skipped(SkipReason.SECTION_MALFORMED, problem.dataKey(), problem.line(), "",
                        "EKS reads nothing from this section: column " + problem.column() + ": " + problem.message()
                                + ". Mend it, and import again.")));
        awsAuth.rows().forEach(this::translate);
        giveNames();
        leaveOutWhatIsNotAdmitted();
        leaveOutWhatWouldChange();
        awsAuth.accounts().forEach(account -> skipped.add(new Skipped(SkipReason.ACCOUNT, ACCOUNTS, 0, "",
                "lets everybody of the account " + Quoted.text(account)
                        + " in; an object names one principal. It stays as it is.")));
        skipped.sort(Comparator.comparing(Skipped::section, AwsAuthImport::inOrder).thenComparing(Skipped::line));
        return new ImportReport(List.copyOf(imported.values()), skipped, risks(),
                awsAuth.problems().stream().filter(this::isSaidNowhereElse).map(AwsAuthProblem::sentence).toList(),
                PolicyText.writeBriefly(needs().addedTo(choices.policy())));
    }

    private boolean isSaidNowhereElse(AwsAuthProblem problem) {
        return skipped.stream().noneMatch(
                each -> each.section().equals(problem.dataKey()) && each.line() == problem.line());
    }

    private static int inOrder(String one, String other) {
        List<String> keys = List.of("mapRoles", "mapUsers", ACCOUNTS);
        return Integer.compare(keys.indexOf(one), keys.indexOf(other));
    }

    private void skip(SkipReason reason, AwsAuthLookup.Entry row, String message) {
        skipped.add(new Skipped(reason, row.dataKey(), row.line(), row.arn(), message));
    }

    // ---- rows

    private void translate(AwsAuthLookup.Entry row) {
        if (row.ofPermissionSet()) {
            skip(SkipReason.SSO, row, "names a permission set by the field sso, which EKS has not enabled. Map the"
                    + " permission set's role by its ARN.");
            return;
        }
        if (row.arn().isEmpty()) {
            skip(SkipReason.NOT_READ, row, "has no " + row.section().arnField() + " that EKS reads: nobody gets in by"
                    + " it.");
            return;
        }
        switch (PrincipalArn.parse(row.arn())) {
            case ParsedArn.Invalid(List<ArnProblem> problems) -> skip(SkipReason.MATCHES_NOBODY, row,
                    "matches nobody: its " + row.section().arnField() + " " + problems.getFirst().message() + " "
                            + problems.getFirst().advice());
            case ParsedArn.Valid(PrincipalArn principal) -> translate(row, principal);
        }
    }

    private void translate(AwsAuthLookup.Entry row, PrincipalArn principal) {
        PrincipalKey key = principal.key();
        if (!PrincipalKey.of(row.arn()).equals(key)) {
            skip(SkipReason.MATCHES_NOBODY, row, "has the role's path in its ARN, and so matches nobody; an object for "
                    + principal.canonical() + " would let it in. Write one if that is meant.");
            return;
        }
        if (choices.mapped().containsKey(key)) {
            skip(SkipReason.MAPPED_ALREADY, row, "is for " + principal.canonical() + ", which the IAMIdentityMapping \""
                    + choices.mapped().get(key) + "\" maps already.");
            return;
        }
        List<AwsAuthLookup.Entry> deciding = awsAuth.deciding(key);
        AwsAuthLookup.Entry first = deciding.isEmpty() ? row : deciding.getFirst();
        if (deciding.stream().anyMatch(other -> !other.grant().means(first.grant()))) {
            skip(SkipReason.AMBIGUOUS, row, "is one of several rows for " + principal.canonical()
                    + " that EKS chooses from at random, and they differ. Leave one, and import again.");
            return;
        }
        if (!deciding.contains(row) || translated.contains(key)) {
            skip(SkipReason.DUPLICATE, row, "is a duplicate for " + principal.canonical() + ": EKS reads "
                    + first.dataKey() + ", line " + first.line()
                    + ". It stays as it is, and counts once that one is gone.");
            return;
        }
        boolean node = NodeLook.isNode(row.grant());
        if (node && !choices.nodes()) {
            skip(SkipReason.NODE, row, "is a node's, which EKS itself or the tool that made the nodes looks after. It"
                    + " stays as it is; --include-nodes translates it.");
            return;
        }
        Imported object = new Imported("any", principal.canonical(), row.grant().username(),
                row.grant().groups().stream().distinct().toList(), adopt(node), row.dataKey(), row.line());
        if (MappingParser.parse(object.object()) instanceof ParsedMapping.Invalid invalid) {
            skip(SkipReason.NOT_AN_OBJECT, row,
                    object.username().isEmpty()
                            ? "has no username that EKS reads, so that its principal has an empty one; an object needs"
                                    + " a name."
                            : "cannot be an object: " + invalid.errors().getFirst().path() + " "
                                    + invalid.errors().getFirst().message());
            return;
        }
        imported.put(principal, object);
        translated.add(key);
    }

    private @Nullable String adopt(boolean node) {
        if (!choices.adopt()) {
            return null;
        }
        return node ? "node" : "true";
    }

    private void giveNames() {
        List<PrincipalArn> principals = List.copyOf(imported.keySet());
        List<String> names = MappingNames.of(principals, choices.taken());
        for (int at = 0; at < principals.size(); at++) {
            String name = names.get(at);
            imported.computeIfPresent(principals.get(at), (_, object) -> object.named(name));
        }
    }

    // ---- policy

    /** What a policy that names each object's principal where it can would still deny. */
    private void leaveOutWhatIsNotAdmitted() {
        Judge asItIs = judge(PolicyNeeds.NONE);
        for (Map.Entry<PrincipalArn, Imported> each : List.copyOf(imported.entrySet())) {
            Candidate candidate = Candidate.of(each.getValue().object());
            List<Finding> findings = asItIs.judge(candidate, context()).of(Severity.DENY);
            PolicyNeeds own = PolicyNeeds.of(each.getKey(), findings);
            Verdict then = judge(own).judge(candidate, context());
            if (then.isDenied()) {
                refuse(each.getKey(), then);
            } else {
                risks.put(each.getKey(), findings);
                needs.put(each.getKey(), own);
            }
        }
        Judge together = judge(needs());
        MappingIndex index = new MappingIndex();
        imported.values().forEach(object -> index.put(MappingParser.parse(object.object())));
        for (Map.Entry<PrincipalArn, Imported> each : List.copyOf(imported.entrySet())) {
            Candidate candidate = Candidate.of(each.getValue().object());
            Verdict verdict = together.judge(candidate, context().with(index.neighboursOf(candidate)));
            if (verdict.isDenied()) {
                refuse(each.getKey(), verdict);
            }
        }
    }

    /** A judge who denies whatever the policy, with what is needed besides, may only warn of today. */
    private Judge judge(PolicyNeeds besides) {
        return new Judge(PolicyNeeds.enforced(besides.addedTo(choices.policy())));
    }

    private PolicyContext context() {
        return PolicyContext.of(new Occasion.Standing(), choices.now());
    }

    /** What the objects that are left need. */
    private PolicyNeeds needs() {
        return imported.keySet().stream().map(principal -> needs.getOrDefault(principal, PolicyNeeds.NONE))
                .reduce(PolicyNeeds.NONE, PolicyNeeds::and);
    }

    private List<String> risks() {
        List<String> sentences = new ArrayList<>();
        imported.forEach((principal, object) -> risks.getOrDefault(principal, List.of())
                .forEach(finding -> sentences.add(object.name() + " (" + object.place() + "): " + finding.path() + " "
                        + finding.message())));
        return sentences;
    }

    private void refuse(PrincipalArn principal, Verdict verdict) {
        Finding finding = verdict.of(Severity.DENY).getFirst();
        leaveOut(principal, SkipReason.NOT_ADMITTED, "cannot be an object: " + finding.sentence());
    }

    private void leaveOut(PrincipalArn principal, SkipReason reason, String message) {
        Imported object = imported.remove(principal);
        if (object != null) {
            skipped.add(new Skipped(reason, object.section(), object.line(), object.arn(), message));
        }
    }

    // ---- the controller's own word

    /** A pass over the objects, by the controller's own code: whatever would change aws-auth is left out. */
    private void leaveOutWhatWouldChange() {
        Judge judge = new Judge(needs().addedTo(choices.policy()));
        Preview preview = Preview.of(new Preview.Facts(imported.values().stream().map(Imported::object).toList(),
                new StoredAwsAuth("uid", "1", data, 0, List.of()), new StoredLedger.Present(Ledger.EMPTY, "1"),
                new ServedDefinition.Served("uid", 1), judge, ReconcileSettings.USUAL, choices.now()));
        Map<String, Preview.Item> items = preview.items().stream()
                .collect(Collectors.toMap(Preview.Item::name, item -> item));
        Set<String> changing = new HashSet<>();
        preview.plan().changes().stream().map(RenderPlan.RowChange::mapping).forEach(changing::add);
        for (Map.Entry<PrincipalArn, Imported> each : List.copyOf(imported.entrySet())) {
            Preview.Item item = items.get(each.getValue().name());
            if (changing.contains(each.getValue().name()) || item == null || !isHonoured(item)) {
                leaveOut(each.getKey(), SkipReason.WOULD_CHANGE, "would not stay as it is: "
                        + (item == null ? "the controller would change it." : item.message()));
            }
        }
    }

    private static boolean isHonoured(Preview.Item item) {
        return switch (item.reason()) {
            case APPLIED, ALREADY_PRESENT -> true;
            default -> false;
        };
    }
}
