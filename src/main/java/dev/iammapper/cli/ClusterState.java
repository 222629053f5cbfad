package dev.iammapper.cli;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.cli.input.AwsAuthFile;
import dev.iammapper.cli.input.InputFiles;
import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.policy.Judge;
import dev.iammapper.policy.Policy;
import dev.iammapper.reconcile.Preview;
import dev.iammapper.reconcile.ReconcileSettings;
import dev.iammapper.reconcile.SettingsText;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.MappingReads;
import dev.iammapper.store.PolicyStore;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Everything on which the controller's next pass depends, as a command found it.
 *
 * @param source where that was, for people
 * @param notes what is taken for granted because it was not there to read, a sentence each
 */
public record ClusterState(String source, List<IamIdentityMapping> objects, StoredAwsAuth awsAuth, StoredLedger ledger,
        ServedDefinition definition, Policy policy, ReconcileSettings settings, List<String> notes) {
    private static final String NO_VERSION = "0";

    /** Copies the lists. */
    public ClusterState {
        objects = List.copyOf(objects);
        notes = List.copyOf(notes);
    }

    /**
     * Reads a cluster, in the controller's order: the objects before their definition, aws-auth last.
     *
     * @throws UnusableInputException if the published policy cannot be read
     */
    public static ClusterState of(KubernetesAccess cluster) throws UnusableInputException {
        return of(cluster, null);
    }

    /**
     * Reads a cluster, likewise.
     *
     * @param instead the policy to judge by instead of the published one, or null
     * @throws UnusableInputException if the published policy cannot be read and is needed
     */
    public static ClusterState of(KubernetesAccess cluster, @Nullable Policy instead) throws UnusableInputException {
        List<String> notes = new ArrayList<>();
        PolicyStore.Published published = new PolicyStore(cluster).read();
        Policy policy = Objects.requireNonNullElse(instead, Policy.SAFE);
        ReconcileSettings settings = ReconcileSettings.USUAL;
        if (published == null) {
            notes.add(unpublished(instead != null));
        } else {
            if (instead == null) {
                policy = InputFiles.policy("the policy of the cluster", published.policy());
            }
            settings = settings(published.settings(), notes);
        }
        MappingReads reads = new MappingReads(cluster);
        List<IamIdentityMapping> objects = switch (reads.quorumList(UnaryOperator.identity())) {
            case MappingListing.Read read -> read.objects();
            case MappingListing.NotServed _ -> List.of();
        };
        ServedDefinition definition = reads.definition();
        StoredLedger ledger = new LedgerStore(cluster).read();
        return new ClusterState(cluster.description(), objects, new AwsAuthStore(cluster).read(), ledger, definition,
                policy, settings, notes);
    }

    /** What is taken where the cluster publishes nothing. */
    static String unpublished(boolean policyGiven) {
        return "The cluster publishes " + (policyGiven ? "no settings" : "no policy") + " (there is no ConfigMap"
                + " kube-system/" + PolicyStore.NAME + "; is the controller running?), so "
                + (policyGiven ? "the usual ones are taken." : "the safe one is taken, and the usual settings.");
    }

    private static ReconcileSettings settings(String text, List<String> notes) {
        try {
            return SettingsText.read(text);
        } catch (IllegalArgumentException e) {
            notes.add("The settings that the cluster publishes cannot be read (" + e.getMessage()
                    + "), so the usual ones are taken.");
            return ReconcileSettings.USUAL;
        }
    }

    /** What files say instead of a cluster. */
    static ClusterState ofFiles(AwsAuthFile awsAuth, List<IamIdentityMapping> objects, StoredLedger ledger,
            @Nullable Policy policy, Instant now) {
        List<String> notes = new ArrayList<>();
        Ledger known = ledger(ledger);
        if (policy == null) {
            notes.add("No --policy is given, so the safe one is taken.");
        }
        notes.add("Files do not say how the controller is set: taken are mode enforce and the usual removal brake.");
        if (ledger instanceof StoredLedger.Absent) {
            notes.add("No --ledger is given: every row counts as somebody else's, but for those of objects whose status"
                    + " says that they are owned.");
        }
        StoredAwsAuth stored = new StoredAwsAuth(
                Objects.requireNonNullElse(awsAuth.uid(), Objects.requireNonNullElse(known.awsAuthUid(), "")),
                NO_VERSION, awsAuth.data(), 0, List.of());
        Set<String> names = new HashSet<>();
        objects.forEach(object -> names.add(name(object)));
        // The claims of objects that are there were written under the definition of today.
        String definition = known.claims().values().stream()
                .sorted((one, other) -> Boolean.compare(names.contains(other.mapping()), names.contains(one.mapping())))
                .map(Claim::definition).findFirst().orElse("");
        return new ClusterState("files", completed(objects, Map.of(), known, now), stored, ledger,
                new ServedDefinition.Served(definition, 1), Objects.requireNonNullElse(policy, Policy.SAFE),
                ReconcileSettings.USUAL, notes);
    }

    /**
     * The cluster as it would be with the objects of files.
     *
     * @param only whether all other objects would be gone
     */
    ClusterState withMappings(List<IamIdentityMapping> files, boolean only, Instant now) {
        Map<String, IamIdentityMapping> here = new LinkedHashMap<>();
        objects.forEach(object -> here.put(name(object), object));
        List<IamIdentityMapping> completed = completed(files, here, Ledger.EMPTY, now);
        Map<String, IamIdentityMapping> next = only ? new LinkedHashMap<>() : new LinkedHashMap<>(here);
        completed.forEach(object -> next.put(name(object), object));
        List<String> more = new ArrayList<>(notes);
        long replaced = completed.stream().filter(object -> here.containsKey(name(object))).count();
        more.add("Supposed: " + completed.size() + " mappings of files are applied, " + replaced
                + " of them over objects of the same name"
                + (only ? ", and the other " + (here.size() - replaced) + " mappings of the cluster are deleted."
                        : "; the other " + (here.size() - replaced) + " mappings of the cluster stay."));
        return new ClusterState(source, List.copyOf(next.values()), awsAuth, ledger, definition, policy, settings,
                more);
    }

    /** The cluster as it would be with another aws-auth. */
    ClusterState withAwsAuth(AwsAuthData data) {
        return new ClusterState(source, objects, new StoredAwsAuth(awsAuth.uid(), awsAuth.resourceVersion(), data,
                awsAuth.otherBytes(), awsAuth.writers()), ledger, definition, policy, settings, notes);
    }

    /** The cluster as it would be with another ledger. */
    ClusterState withLedger(Ledger other) {
        return new ClusterState(source, objects, awsAuth, new StoredLedger.Present(other, NO_VERSION), definition,
                policy, settings, notes);
    }

    /** What the ledger says: nothing, when there is none that can be read. */
    Ledger knownLedger() {
        return ledger(ledger);
    }

    /** What a pass would do. */
    Preview preview(Instant now) {
        return Preview.of(new Preview.Facts(objects, awsAuth, ledger, definition, new Judge(policy), settings, now));
    }

    /** The name of an object, empty where it has none. */
    public static String name(IamIdentityMapping object) {
        return object.metadata() == null ? "" : Objects.requireNonNullElse(object.metadata().getName(), "");
    }

    private static Ledger ledger(StoredLedger stored) {
        return stored instanceof StoredLedger.Present present ? present.ledger() : Ledger.EMPTY;
    }

    /**
     * Files say neither how old an object is nor which one it is: that comes from the object of that name in the
     * cluster, else from the file itself if kubectl printed it, else from the claim of that name; what is nowhere known
     * is new.
     */
    private static List<IamIdentityMapping> completed(List<IamIdentityMapping> files,
            Map<String, IamIdentityMapping> here, Ledger ledger, Instant now) {
        Map<String, String> claimed = new HashMap<>();
        ledger.claims().values().forEach(claim -> claimed.put(claim.mapping(), claim.uid()));
        Map<String, IamIdentityMapping> completed = new LinkedHashMap<>();
        for (IamIdentityMapping file : files) {
            String name = name(file);
            IamIdentityMapping known = here.get(name);
            V1ObjectMeta from = file.metadata() == null ? new V1ObjectMeta() : file.metadata();
            V1ObjectMeta metadata = new V1ObjectMeta().name(name).labels(from.getLabels())
                    .annotations(from.getAnnotations());
            if (known != null && known.metadata() != null) {
                metadata.uid(known.metadata().getUid()).creationTimestamp(known.metadata().getCreationTimestamp())
                        .generation(known.metadata().getGeneration());
            } else if (here.isEmpty() && from.getUid() != null && from.getCreationTimestamp() != null) {
                metadata.uid(from.getUid()).creationTimestamp(from.getCreationTimestamp());
            } else if (claimed.containsKey(name)) {
                metadata.uid(claimed.get(name)).creationTimestamp(Instant.EPOCH.atOffset(ZoneOffset.UTC));
            } else {
                metadata.uid("not created yet: " + name).creationTimestamp(now.atOffset(ZoneOffset.UTC));
            }
            IamIdentityMappingSpec spec = file.spec();
            IamIdentityMappingStatus status = known == null ? file.status() : known.status();
            completed.put(name, new IamIdentityMapping(file.apiVersion(), file.kind(), metadata, spec, status));
        }
        return List.copyOf(completed.values());
    }
}
