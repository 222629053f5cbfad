package dev.iammapper.identity;

import dev.iammapper.identity.Explanation.Identity;
import dev.iammapper.identity.Explanation.Miss;
import dev.iammapper.identity.Explanation.Outcome;
import dev.iammapper.identity.Explanation.Principal;
import dev.iammapper.identity.Explanation.Row;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.mapping.Quoted;
import dev.iammapper.policy.Nearest;
import dev.iammapper.render.AwsAuthLookup;
import dev.iammapper.render.AwsAuthProblem;
import dev.iammapper.render.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Explains principals by what is known of one cluster. */
public final class Explainer {
    private static final String ACCOUNTS = "mapAccounts";
    private static final List<String> DATA_KEYS = List.of(Section.ROLES.dataKey(), Section.USERS.dataKey(), ACCOUNTS);

    private final Facts facts;
    private final AwsAuthLookup awsAuth;
    private final ObjectMisses objects;
    private final RowWriters writers;

    /** An explainer by these facts. */
    public Explainer(Facts facts) {
        this.facts = facts;
        this.awsAuth = AwsAuthLookup.of(facts.awsAuth());
        this.objects = new ObjectMisses(facts.mappings(), facts.now());
        this.writers = new RowWriters(facts);
    }

    /**
     * Explains somebody.
     *
     * @param unread what could not be read of the cluster, sentences
     */
    public Explanation explain(AskedPrincipal.Named asked, List<String> unread) {
        return explain(asked, List.of(), unread);
    }

    /**
     * Explains somebody of whom only the id is known.
     *
     * @param unread what could not be read of the cluster, sentences
     */
    public Explanation explain(AskedPrincipal.ById asked, List<String> unread) {
        Optional<PrincipalArn> arn = objects.arnOf(asked.id());
        if (arn.isPresent()) {
            return explain(asked.named(arn.get()), List.of("EKS never compares ids: a mapping's status says that "
                    + asked.id() + " is this principal."), unread);
        }
        return new Explanation(asked.text(), Outcome.UNKNOWN,
                "EKS never compares ids, and no mapping's status says whose " + asked.id() + " is.", null, List.of(),
                List.of(), List.of(), List.of(), List.of(),
                List.of("Ask for the ARN with the same credentials: aws sts get-caller-identity --query Arn --output"
                        + " text",
                        asked.id().startsWith("AROA")
                                ? "Or look for the role: aws iam list-roles --query \"Roles[?RoleId=='" + asked.id()
                                        + "'].Arn\" --output text"
                                : "Or look for the user: aws iam list-users --query \"Users[?UserId=='" + asked.id()
                                        + "'].Arn\" --output text"),
                List.of(), unread);
    }

    private Explanation explain(AskedPrincipal.Named asked, List<String> notes, List<String> unread) {
        PrincipalKey key = asked.arn().key();
        List<AwsAuthLookup.Entry> deciding = awsAuth.deciding(key).stream().filter(row -> !row.ofPermissionSet())
                .toList();
        Identities identities = new Identities(asked, facts.rbac());
        List<AwsAuthLookup.Entry> passedOver = awsAuth.rows().stream()
                .filter(row -> PrincipalKey.of(row.arn()).equals(key) && !row.ofPermissionSet()
                        && deciding.stream().noneMatch(row::equals))
                .toList();
        Set<Identity> become = new LinkedHashSet<>();
        deciding.stream().filter(row -> identities.refusal(row.grant()) == null)
                .forEach(row -> become.add(identities.of(row.grant())));
        List<String> refusals = deciding.stream().flatMap(row -> Stream.ofNullable(identities.refusal(row.grant())))
                .distinct().toList();
        boolean throughAccount = deciding.isEmpty() && awsAuth.accounts().contains(asked.arn().accountId());
        if (throughAccount) {
            become.add(identities.of(new Grant(asked.arn().canonical(), List.of())));
        }
        List<Miss> misses = become.isEmpty() && refusals.isEmpty() ? misses(asked.arn()) : List.of();
        return new Explanation(asked.text(), become.isEmpty() ? Outcome.STAYS_OUT : Outcome.GETS_IN,
                summary(asked.arn(), deciding, throughAccount, refusals, become.size()), principal(asked, notes),
                deciding.stream().map(this::row).toList(), passedOver.stream().map(this::row).toList(), misses,
                objects.of(key), List.copyOf(become), advice(asked, become, refusals, !misses.isEmpty()),
                invisible(asked.arn().canonical(), become.isEmpty()),
                unread);
    }

    private Row row(AwsAuthLookup.Entry row) {
        return new Row(row.dataKey(), row.line(), row.text(), row.grant().username(), row.grant().groups(),
                writers.of(row));
    }

    private static Principal principal(AskedPrincipal.Named asked, List<String> known) {
        PrincipalArn arn = asked.arn();
        List<String> notes = new ArrayList<>(known);
        if (asked.session() != null && asked.text().startsWith("arn:")) {
            notes.add("The session " + Quoted.text(asked.session())
                    + " is not compared; it fills templates of the username.");
        }
        if (arn.kind() == PrincipalArn.Kind.ROLE && !arn.path().equals("/")) {
            notes.add("The path " + Quoted.text(arn.path()) + " of the role is left out: STS never reports it.");
        }
        String kind = switch (arn.kind()) {
            case ROLE -> "Role";
            case USER -> "User";
            case ROOT -> "Root";
            case FEDERATED_USER -> "FederatedUser";
        };
        return new Principal(arn.canonical(), kind, arn.accountId(), asked.session(), notes);
    }

    private String summary(PrincipalArn arn, List<AwsAuthLookup.Entry> deciding, boolean throughAccount,
            List<String> refusals, int identities) {
        if (!refusals.isEmpty()) {
            return refusals.getFirst() + ".";
        }
        if (throughAccount) {
            return "Gets in by mapAccounts, which lets everybody of the account " + arn.accountId()
                    + " in under their ARN, without groups.";
        }
        if (deciding.isEmpty()) {
            return facts.isThere()
                    ? "Does not get in: no row of aws-auth is for it. EKS logs \"No user exists for ARN\", and kubectl"
                            + " says Unauthorized."
                    : "Does not get in: there is no ConfigMap kube-system/aws-auth.";
        }
        AwsAuthLookup.Entry row = deciding.getFirst();
        if (deciding.size() == 1) {
            return "Gets in by " + row.dataKey() + ", line " + row.line() + ".";
        }
        return "Gets in, by any of " + deciding.size() + " rows that differ in letter case: EKS takes one at random"
                + (identities > 1 ? ", and they differ." : "; they mean the same.");
    }

    // ---- why not

    private List<Miss> misses(PrincipalArn principal) {
        List<Miss> misses = new ArrayList<>();
        lost(principal).forEach(misses::add);
        misses.addAll(objects.misses(principal.key()));
        facts.dataKeys().stream().sorted().flatMap(key -> dataKey(key).stream()).forEach(misses::add);
        misses.addAll(RowMisses.of(principal, awsAuth));
        misses.sort(Comparator.comparing(Miss::reason));
        return misses;
    }

    private List<Miss> lost(PrincipalArn principal) {
        List<Miss> lost = new ArrayList<>();
        for (AwsAuthProblem problem : awsAuth.problems()) {
            if (!problem.sectionLost()) {
                continue;
            }
            boolean names = problem.hasRows()
                    ? Arrays.stream(Section.values()).anyMatch(section -> section.dataKey().equals(problem.dataKey())
                            && awsAuth.mayDecide(section, principal.key()))
                    : String.valueOf(facts.awsAuth().mapAccounts()).contains(principal.accountId());
            if (names) {
                lost.add(new Miss(MissReason.SECTION_MALFORMED, problem.dataKey(), problem.line(), null, null,
                        problem.dataKey() + " names it, but EKS reads nothing from that section: line "
                                + problem.line() + ", column " + problem.column() + ": " + problem.message() + ".",
                        "Mend it first: nobody whom the section names can enter. kubectl edit configmap aws-auth -n"
                                + " kube-system"));
            }
        }
        return lost;
    }

    private static Optional<Miss> dataKey(String key) {
        if (DATA_KEYS.contains(key)) {
            return Optional.empty();
        }
        return Nearest.to(key, DATA_KEYS).map(meant -> new Miss(MissReason.DATA_KEY, key, null, null, null,
                "The data of aws-auth has the key " + Quoted.text(key) + ", which nobody reads.",
                "Write \"" + meant + "\", letter by letter: kubectl edit configmap aws-auth -n kube-system"));
    }

    // ---- what to do

    private static List<String> advice(AskedPrincipal.Named asked, Set<Identity> become, List<String> refusals,
            boolean isNear) {
        Set<String> advice = new LinkedHashSet<>();
        become.forEach(identity -> advice.addAll(Identities.advice(identity)));
        if (become.size() > 1) {
            advice.add("Leave one of the rows, so that EKS has no choice.");
        }
        if (!refusals.isEmpty()) {
            advice.add("Map the role with a username of its own, such as \"team:{{SessionName}}\", if people assume it;"
                    + " node roles belong to EC2 instances.");
        }
        if (become.isEmpty() && refusals.isEmpty()) {
            String mapping = "apply an IAMIdentityMapping with spec.arn " + asked.arn().canonical()
                    + ", a username and a group, and bind the group.";
            advice.add(isNear
                    ? "Mend what comes near, as it is said there. If none of it was meant for this principal, "
                            + mapping
                    : "To let it in, " + mapping);
        }
        return List.copyOf(advice);
    }

    private static List<String> invisible(String arn, boolean staysOut) {
        List<String> invisible = new ArrayList<>();
        invisible.add("The cluster's authentication mode: with API, EKS does not read aws-auth at all. aws eks"
                + " describe-cluster --name CLUSTER --query cluster.accessConfig.authenticationMode");
        invisible.add("Access entries: one of the same principal goes before its row. aws eks describe-access-entry"
                + " --cluster-name CLUSTER --principal-arn " + arn);
        if (staysOut) {
            invisible.add("The principal that created the cluster, who may be cluster-admin without any row. AWS"
                    + " CloudTrail shows who called CreateCluster.");
        }
        return invisible;
    }
}
