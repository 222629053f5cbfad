package dev.iammapper.cli.doctor;

import dev.iammapper.api.MappingReason;
import dev.iammapper.cli.Look;
import dev.iammapper.cli.PlanReport;
import dev.iammapper.mapping.ArnProblem;
import dev.iammapper.mapping.ParsedArn;
import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.reconcile.Mode;
import dev.iammapper.render.AwsAuthLookup;
import dev.iammapper.render.AwsAuthProblem;
import dev.iammapper.render.NodeLook;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.StoredAwsAuth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** aws-auth itself, and what a pass would change in it. */
final class AwsAuthDiagnosis {
    private static final int KIB = 1024;
    private static final int FULL = 900 * KIB;
    private static final int NEARLY_FULL = 700 * KIB;
    private static final Pattern ASSUMED_ROLE = Pattern
            .compile("(arn:[a-z-]+):sts::([0-9]{12}):assumed-role/([^/]+)(/.*)?");
    private static final Pattern PARTITION = Pattern.compile("^arn:[a-z0-9-]+:");
    private static final Set<String> FINE = Set.of(MappingReason.APPLIED.word(), MappingReason.ALREADY_PRESENT.word(),
            MappingReason.NOT_YET_ACTIVE.word(), MappingReason.EXPIRED.word(), MappingReason.OBSERVING.word());

    private static final String EDIT = "kubectl edit configmap aws-auth -n kube-system";

    private final Installation seen;
    private final Findings findings;

    AwsAuthDiagnosis(Installation seen, Findings findings) {
        this.seen = seen;
        this.findings = findings;
    }

    void awsAuth() {
        switch (seen.awsAuth()) {
            case Look.Seen<StoredAwsAuth>(StoredAwsAuth stored) when !stored.exists() -> noAwsAuth();
            case Look.Seen<StoredAwsAuth>(StoredAwsAuth stored) -> awsAuth(stored);
            case Look.Absent<StoredAwsAuth> _ -> noAwsAuth();
            case Look.Unseen<StoredAwsAuth>(String why) -> findings.unseen("AwsAuth", "aws-auth", why);
        }
    }

    private void noAwsAuth() {
        findings.warn("AwsAuthMissing", "There is no ConfigMap kube-system/" + AwsAuthStore.NAME
                + ": only access entries let anybody in. The controller creates it with its first row.", null);
    }

    private void awsAuth(StoredAwsAuth stored) {
        AwsAuthLookup lookup = AwsAuthLookup.of(stored.data());
        int before = findings.size();
        for (AwsAuthProblem problem : lookup.problems()) {
            if (problem.sectionLost()) {
                findings.fail("AwsAuthUnreadable", "EKS reads nothing of aws-auth " + problem.sentence()
                        + ". Nobody whom that section names can enter, and the controller does not write it.", EDIT);
            } else {
                findings.warn("AwsAuthRow", "aws-auth " + problem.sentence() + ".", EDIT);
            }
        }
        duplicates(lookup);
        for (AwsAuthLookup.Entry row : lookup.rows()) {
            Matcher session = ASSUMED_ROLE.matcher(row.arn());
            if (session.matches()) {
                findings.warn("AssumedRoleRow",
                        place(row) + " names a session, " + row.arn() + ", which never matches: write "
                                + session.group(1) + ":iam::" + session.group(2) + ":role/" + session.group(3) + ".",
                        EDIT);
            } else if (!row.arn().isEmpty()
                    && PrincipalArn
                            .parse(compared(row.arn())) instanceof ParsedArn.Invalid(List<ArnProblem> problems)) {
                findings.warn("ArnRow", place(row) + " lets nobody in: its ARN, " + row.arn() + ", "
                        + problems.getFirst().message() + " " + problems.getFirst().advice(), EDIT);
            }
        }
        int bytes = stored.data().bytes() + stored.otherBytes();
        if (bytes > FULL) {
            findings.fail("AwsAuthFull", "aws-auth takes " + bytes / KIB + " KiB: nothing is added to it any more.",
                    EDIT);
        } else if (bytes > NEARLY_FULL) {
            findings.warn("AwsAuthNearlyFull", "aws-auth takes " + bytes / KIB + " KiB; beyond " + FULL / KIB
                    + " KiB nothing is added to it any more.", null);
        }
        if (findings.areGoodSince(before)) {
            findings.ok("AwsAuth", "EKS can read aws-auth: " + Findings.count(lookup.rows().size(), "row") + ", "
                    + (bytes < KIB ? "less than 1" : bytes / KIB) + " KiB.");
        }
        long nodes = lookup.rows().stream().filter(row -> NodeLook.isNode(row.grant())).count();
        if (lookup.problems().stream().anyMatch(AwsAuthProblem::sectionLost)) {
            return;
        }
        findings.info("NodeRows", nodes == 0
                ? "No row lets nodes in: that is right only where nodes have access entries."
                : Findings.count((int) nodes, "row") + (nodes == 1 ? " lets" : " let") + " nodes in.", null);
    }

    private void duplicates(AwsAuthLookup lookup) {
        Map<String, List<AwsAuthLookup.Entry>> byPrincipal = new LinkedHashMap<>();
        lookup.rows().stream().filter(row -> !row.arn().isEmpty()).forEach(row -> byPrincipal
                .computeIfAbsent(PrincipalKey.of(row.arn()).value(), _ -> new ArrayList<>()).add(row));
        byPrincipal.forEach((principal, rows) -> {
            if (rows.size() == 1) {
                return;
            }
            String places = rows.stream().map(AwsAuthDiagnosis::place).collect(Collectors.joining(", "));
            if (rows.stream().allMatch(row -> row.grant().means(rows.getFirst().grant()))) {
                findings.info("DuplicateRows", principal + " has the same row more than once (" + places
                        + "): harmless, and eksctl counts node groups by it.", null);
            } else {
                findings.warn("DuplicateRows", principal + " has several rows that say different things (" + places
                        + "); EKS reads one of them only.",
                        "iam-identity-mapper explain " + rows.getFirst().arn());
            }
        });
    }

    /** As EKS compares it, and in a partition that everybody knows: a new one is no reason to call a row dead. */
    private static String compared(String arn) {
        return PARTITION.matcher(arn.toLowerCase(Locale.ROOT)).replaceFirst("arn:aws:");
    }

    private static String place(AwsAuthLookup.Entry row) {
        return row.dataKey() + " line " + row.line();
    }

    void plan() {
        switch (seen.plan()) {
            case Look.Seen<PlanReport>(PlanReport plan) -> plan(plan);
            case Look.Absent<PlanReport> _ -> findings.unseen("Drift", "what the controller would change",
                    "something it rests on could not be read");
            case Look.Unseen<PlanReport>(String why) -> findings.unseen("Drift", "what the controller would change",
                    why);
        }
    }

    private void plan(PlanReport plan) {
        Map<String, List<String>> byReason = new TreeMap<>();
        for (PlanReport.Row row : plan.mappings()) {
            if (row.reason() != null && !FINE.contains(row.reason())) {
                byReason.computeIfAbsent(row.reason(), _ -> new ArrayList<>()).add(row.mapping());
            }
        }
        byReason.forEach((reason, names) -> findings.warn("Mapping" + reason, Findings.count(names.size(), "mapping")
                + (names.size() == 1 ? " is" : " are") + " not honoured, " + reason + ": " + Findings.named(names)
                + ".",
                "kubectl describe iamidentitymapping " + names.getFirst()));
        if (plan.changes() && plan.mode() == Mode.ENFORCE && plan.hold() == null) {
            findings.warn("Drift", "aws-auth is not as the mappings say: " + rows(plan.added(), "to add")
                    + rows(plan.replaced(), "to replace") + rows(plan.removed(), "to remove")
                    + "run this again in a minute; if it stays so, the controller does not work.",
                    "iam-identity-mapper plan");
        } else if (plan.hold() != null && !plan.changes()) {
            findings.info("Drift", "The controller writes nothing at the moment: " + plan.hold()
                    + (plan.hold().endsWith(".") ? "" : "."), "iam-identity-mapper plan");
        } else if (plan.changes()) {
            findings.info("Drift",
                    "aws-auth is not as the mappings say, and the controller does not write at the moment.",
                    "iam-identity-mapper plan");
        } else {
            findings.ok("Drift",
                    "The controller has nothing to change: " + Findings.count(plan.mappings().size(), "mapping")
                            + (byReason.isEmpty() ? ", and aws-auth is as they say." : "."));
        }
    }

    private static String rows(int rows, String purpose) {
        return rows == 0 ? "" : Findings.count(rows, "row") + " " + purpose + "; ";
    }
}
