package dev.iammapper.cli.doctor;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cli.Look;
import dev.iammapper.cli.PlanReport;
import dev.iammapper.store.ApiAction;
import dev.iammapper.store.InstallationReads;
import dev.iammapper.store.PolicyStore;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.SnapshotStore;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import java.time.Instant;
import java.util.List;

/**
 * All that one look at an installation found.
 *
 * @param cluster where, for people
 * @param namespace of the controller
 * @param version of the API server
 * @param endpoints how many Pods answer for the webhook; absent when its Service is, or when it has a URL
 * @param certificateEnd when the webhook's certificate ends; absent when none is there
 * @param lacking what the controller's ServiceAccount may not do and has to; not seen unless that was asked for
 * @param plan what a pass would do; not seen when something it rests on was not
 */
record Installation(String cluster, String namespace, String version, Look<ServedDefinition> definition,
        Look<InstallationReads.Leader> leader, Look<PolicyStore.Published> policy,
        Look<List<InstallationReads.Webhook>> webhooks, Look<Integer> endpoints, Look<Instant> certificateEnd,
        Look<StoredLedger> ledger, Look<List<SnapshotStore.Revision>> snapshots, Look<StoredAwsAuth> awsAuth,
        Look<List<IamIdentityMapping>> mappings, Look<List<ApiAction>> lacking, Look<PlanReport> plan, Instant now) {
    static final String PODS = "kubectl get pods -A -l app.kubernetes.io/name=iam-identity-mapper";

    /** The command that shows what the controller says. */
    String logs() {
        return "kubectl logs -n " + namespace + " -l app.kubernetes.io/name=iam-identity-mapper";
    }
}
