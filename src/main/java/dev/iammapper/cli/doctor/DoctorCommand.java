package dev.iammapper.cli.doctor;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cli.ClusterCommand;
import dev.iammapper.cli.ClusterState;
import dev.iammapper.cli.CommandSurroundings;
import dev.iammapper.cli.Look;
import dev.iammapper.cli.PlanReport;
import dev.iammapper.cli.doctor.Findings.Finding;
import dev.iammapper.cli.doctor.Findings.Severity;
import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.cli.text.Shown;
import dev.iammapper.cli.text.TextLines;
import dev.iammapper.cli.text.TextLines.Style;
import dev.iammapper.store.AccessReviews;
import dev.iammapper.store.ApiAction;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.InstallationReads;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.LeaderElector;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.MappingReads;
import dev.iammapper.store.PolicyStore;
import dev.iammapper.store.SecretStore;
import dev.iammapper.store.ServerTime;
import dev.iammapper.store.SnapshotStore;
import dev.iammapper.store.StoreException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command that looks an installation over, and says what mends it. */
@Command(name = "doctor", mixinStandardHelpOptions = true, sortOptions = false,
        exitCodeOnInvalidInput = DoctorCommand.USAGE, exitCodeOnExecutionException = DoctorCommand.BLIND,
        description = {
                "Looks an installation over, and aws-auth.",
                "Definition, permissions, leader, webhook and certificate, what is held, drift, conflicts, and rows of"
                        + " aws-auth that do not do what they seem to.",
                "Every finding comes with the command that mends it. What you may not read is called not looked at."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:nothing failed; there may be warnings, and things not looked at",
                "1:something failed",
                "2:the cluster could not be looked at",
                "64:the command line is wrong"},
        footer = {"", "Examples:",
                "  iam-identity-mapper doctor",
                "  iam-identity-mapper doctor \\",
                "    --as-service-account iam-identity-mapper/iam-identity-mapper",
                "  iam-identity-mapper doctor --context prod -o json"})
public final class DoctorCommand extends ClusterCommand {
    static final int FINE = 0;
    static final int FAILED = 1;
    static final int BLIND = 2;
    static final int USAGE = 64;

    private static final String CONFIGURATION = "iam-identity-mapper";
    private static final String SECRET = "iam-identity-mapper-webhook";
    private static final String SYSTEM = "kube-system";

    @Option(names = "--as-service-account", paramLabel = "NAMESPACE/NAME",
            description = "also ask what the controller's ServiceAccount may do")
    private @Nullable String serviceAccount;

    @Option(names = "--namespace", paramLabel = "NAME",
            description = "of the controller, where the webhook's Secret lives (default: iam-identity-mapper)")
    private String namespace = "iam-identity-mapper";

    /** The command in its surroundings. */
    public DoctorCommand(CommandSurroundings surroundings) {
        super(surroundings);
    }

    /** The findings, for programs. */
    record Report(String cluster, List<Finding> findings) {}

    @Override
    public Integer call() {
        if (serviceAccount != null && serviceAccount.split("/", -1).length != 2) {
            throw mistake("--as-service-account names a namespace and a ServiceAccount, as"
                    + " iam-identity-mapper/controller.");
        }
        return visit(BLIND, access -> {
            Report report = new Report(access.description(), Diagnosis.of(look(access)));
            if (isText()) {
                print(report);
            } else {
                answer(report);
            }
            return report.findings().stream().anyMatch(finding -> finding.severity() == Severity.FAIL)
                    ? FAILED
                    : FINE;
        });
    }

    // ---- look

    private Installation look(KubernetesAccess access) {
        InstallationReads reads = new InstallationReads(access);
        MappingReads mappings = new MappingReads(access);
        String version = reads.serverVersion();
        Look<List<InstallationReads.Webhook>> webhooks = Look.at(() -> reads.webhooks(CONFIGURATION));
        Instant now = surroundings.clock().instant();
        return new Installation(access.description(), namespace, version, Look.at(mappings::definition),
                Look.at(reads::leader),
                Look.at(new PolicyStore(access)::read), webhooks, endpoints(reads, webhooks),
                certificateEnd(access, webhooks), Look.at(new LedgerStore(access)::read),
                Look.at(new SnapshotStore(access)::list), Look.at(new AwsAuthStore(access)::read),
                Look.at(() -> list(mappings)), lacking(access, webhooks), plan(access, now), now);
    }

    private static @Nullable List<IamIdentityMapping> list(MappingReads mappings) {
        return switch (mappings.quorumList(UnaryOperator.identity())) {
            case MappingListing.Read read -> read.objects();
            case MappingListing.NotServed _ -> null;
        };
    }

    private static Look<PlanReport> plan(KubernetesAccess access, Instant now) {
        try {
            return new Look.Seen<>(PlanReport.of(ClusterState.of(access), now));
        } catch (StoreException | UnusableInputException e) {
            return new Look.Unseen<>(String.valueOf(e.getMessage()));
        }
    }

    private static Look<Integer> endpoints(InstallationReads reads, Look<List<InstallationReads.Webhook>> webhooks) {
        for (InstallationReads.Webhook webhook : webhooks.orElse(List.of())) {
            if (webhook.service() != null) {
                String[] service = webhook.service().split("/", 2);
                return Look.at(() -> reads.readyEndpoints(service[0], service[1]));
            }
        }
        return new Look.Absent<>();
    }

    /** Of the Secret, or, where that may not be read, of the authority that the API server trusts. */
    private Look<Instant> certificateEnd(KubernetesAccess access, Look<List<InstallationReads.Webhook>> webhooks) {
        Look<Instant> secret = Look.at(() -> {
            byte[] pem = new SecretStore(access, new ServerTime(surroundings.clock(), System::nanoTime), namespace,
                    SECRET).read().data().get("tls.crt");
            return pem == null ? null : end(pem);
        });
        if (secret instanceof Look.Seen<Instant>) {
            return secret;
        }
        Instant bundle = webhooks.orElse(List.of()).stream()
                .map(webhook -> end(webhook.caBundle().getBytes(StandardCharsets.UTF_8)))
                .filter(Objects::nonNull).findFirst().orElse(null);
        return bundle == null ? secret : new Look.Seen<>(bundle);
    }

    /** When the first certificate to end does, or null when there is none that can be read. */
    private static @Nullable Instant end(byte[] pem) {
        try {
            return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                    .map(X509Certificate.class::cast).map(each -> each.getNotAfter().toInstant())
                    .min(Instant::compareTo).orElse(null);
        } catch (CertificateException e) {
            return null;
        }
    }

    // ---- permissions

    private Look<List<ApiAction>> lacking(KubernetesAccess access, Look<List<InstallationReads.Webhook>> webhooks) {
        if (serviceAccount == null) {
            return new Look.Absent<>();
        }
        String[] name = serviceAccount.split("/", 2);
        AccessReviews.Subject subject = new AccessReviews.Subject("system:serviceaccount:" + name[0] + ":" + name[1],
                "", List.of("system:serviceaccounts", "system:serviceaccounts:" + name[0], "system:authenticated"),
                Map.of());
        AccessReviews reviews = new AccessReviews(access);
        return Look.at(() -> {
            List<ApiAction> lacking = new ArrayList<>();
            List<ApiAction> needed = new ArrayList<>(needed());
            if (webhooks instanceof Look.Seen<List<InstallationReads.Webhook>>) {
                needed.addAll(neededByWebhook(namespace));
            }
            for (ApiAction action : needed) {
                if (!reviews.may(subject, action)) {
                    lacking.add(action);
                }
            }
            return lacking;
        });
    }

    /** What the controller does in any case; the page on permissions says why. */
    static List<ApiAction> needed() {
        List<ApiAction> needed = new ArrayList<>();
        for (String verb : List.of("get", "list", "watch", "patch")) {
            needed.add(new ApiAction(verb, "", "configmaps", SYSTEM, AwsAuthStore.NAME));
        }
        for (String name : List.of(LedgerStore.NAME, PolicyStore.NAME, SnapshotStore.NAME)) {
            needed.add(new ApiAction("get", "", "configmaps", SYSTEM, name));
            needed.add(new ApiAction("patch", "", "configmaps", SYSTEM, name));
        }
        needed.add(new ApiAction("create", "", "configmaps", SYSTEM, null));
        for (String verb : List.of("get", "list", "watch")) {
            needed.add(new ApiAction(verb, IamIdentityMapping.GROUP, IamIdentityMapping.PLURAL, null, null));
        }
        needed.add(new ApiAction("patch", IamIdentityMapping.GROUP, IamIdentityMapping.PLURAL + "/status", null, null));
        needed.add(new ApiAction("get", "apiextensions.k8s.io", "customresourcedefinitions", null,
                IamIdentityMapping.CRD_NAME));
        needed.add(new ApiAction("get", "coordination.k8s.io", "leases", SYSTEM, LeaderElector.LEASE_NAME));
        needed.add(new ApiAction("update", "coordination.k8s.io", "leases", SYSTEM, LeaderElector.LEASE_NAME));
        needed.add(new ApiAction("create", "coordination.k8s.io", "leases", SYSTEM, null));
        needed.add(new ApiAction("create", "events.k8s.io", "events", SYSTEM, null));
        needed.add(new ApiAction("create", "events.k8s.io", "events", "default", null));
        return needed;
    }

    /** What the controller does where a webhook is registered, as it usually is set. */
    static List<ApiAction> neededByWebhook(String namespace) {
        List<ApiAction> needed = new ArrayList<>();
        for (String verb : List.of("get", "patch")) {
            needed.add(new ApiAction(verb, "admissionregistration.k8s.io", "validatingwebhookconfigurations", null,
                    CONFIGURATION));
            needed.add(new ApiAction(verb, "", "secrets", namespace, SECRET));
        }
        needed.add(new ApiAction("create", "", "secrets", namespace, null));
        for (String resource : List.of("clusterroles", "clusterrolebindings", "roles", "rolebindings")) {
            needed.add(new ApiAction("list", "rbac.authorization.k8s.io", resource, null, null));
            needed.add(new ApiAction("watch", "rbac.authorization.k8s.io", resource, null, null));
        }
        return needed;
    }

    // ---- print

    private void print(Report report) {
        TextLines out = lines();
        for (Finding finding : report.findings()) {
            out.line(word(out, finding.severity()) + " " + Shown.sentence(finding.message()) + " ["
                    + finding.code() + "]");
            if (finding.mend() != null) {
                out.line("     → " + Shown.sentence(finding.mend()));
            }
        }
        out.gap();
        out.line(count(report, Severity.FAIL, "failed") + ", " + count(report, Severity.WARN, "to look at") + ", "
                + count(report, Severity.UNKNOWN, "not looked at") + ", " + count(report, Severity.OK, "in order")
                + ".");
        out.flush();
    }

    private static String word(TextLines out, Severity severity) {
        return switch (severity) {
            case OK -> out.in(Style.GOOD, "ok  ");
            case INFO -> "info";
            case WARN -> out.in(Style.WARNING, "warn");
            case FAIL -> out.in(Style.BAD, "FAIL");
            case UNKNOWN -> out.in(Style.WARNING, "?   ");
        };
    }

    private static String count(Report report, Severity severity, String word) {
        return report.findings().stream().filter(finding -> finding.severity() == severity).count() + " " + word;
    }
}
