package dev.iammapper.cli;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cli.input.AwsAuthFile;
import dev.iammapper.cli.input.InputFiles;
import dev.iammapper.cli.input.Manifest;
import dev.iammapper.cli.input.RbacFiles;
import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.identity.Facts;
import dev.iammapper.identity.Rbac;
import dev.iammapper.policy.BindingSketch;
import dev.iammapper.policy.RbacSketches;
import dev.iammapper.policy.RoleSketch;
import dev.iammapper.render.Ledger;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.MappingReads;
import dev.iammapper.store.RbacReads;
import dev.iammapper.store.StoreException;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The facts by which principals are explained, with a sentence for each part that could not be read: only without
 * aws-auth nothing can be said.
 */
record GatheredFacts(Facts facts, List<String> unread) {
    /** Copies the list. */
    GatheredFacts {
        unread = List.copyOf(unread);
    }

    /** What files say. */
    static GatheredFacts ofFiles(InputFiles files, OfflineOptions offline, List<String> bindings, Instant now)
            throws UnusableInputException {
        AwsAuthFile read = files.awsAuth(offline.awsAuth());
        List<RoleSketch> roles = new ArrayList<>();
        List<BindingSketch> bound = new ArrayList<>();
        for (Manifest manifest : files.manifests(bindings)) {
            RbacFiles.read(manifest, roles::add, bound::add);
        }
        return new GatheredFacts(new Facts(read.data(), true, read.dataKeys(), List.of(), null,
                offline.mappings().isEmpty() ? null : files.mappings(offline.mappings()),
                bindings.isEmpty() ? null : new Rbac(bound, roles, true), now), List.of());
    }

    /**
     * What a cluster says now.
     *
     * @throws StoreException if aws-auth cannot be read
     */
    static GatheredFacts ofCluster(KubernetesAccess cluster, Instant now) {
        Attempts attempts = new Attempts();
        StoredAwsAuth awsAuth = new AwsAuthStore(cluster).read();
        List<Facts.Writer> writers = awsAuth.writers().stream()
                .map(writer -> new Facts.Writer(writer.manager(), writer.time(), writer.dataKeys())).toList();
        Set<String> dataKeys = new TreeSet<>();
        writers.forEach(writer -> dataKeys.addAll(writer.dataKeys()));
        Ledger ledger = attempts.orNull(() -> ledger(cluster, attempts));
        List<IamIdentityMapping> mappings = attempts.orNull(() -> mappings(cluster));
        return new GatheredFacts(new Facts(awsAuth.data(), awsAuth.exists(), dataKeys, writers, ledger, mappings,
                rbac(new RbacReads(cluster), attempts), now), attempts.failures);
    }

    private static @Nullable Ledger ledger(KubernetesAccess cluster, Attempts attempts) {
        return switch (new LedgerStore(cluster).read()) {
            case StoredLedger.Present present -> present.ledger();
            case StoredLedger.Absent _ -> Ledger.EMPTY;
            case StoredLedger.Malformed malformed -> {
                attempts.failures.add(malformed.message());
                yield null;
            }
        };
    }

    private static List<IamIdentityMapping> mappings(KubernetesAccess cluster) {
        return switch (new MappingReads(cluster).quorumList(UnaryOperator.identity())) {
            case MappingListing.Read read -> read.objects();
            // Without the definition there are no objects.
            case MappingListing.NotServed _ -> List.of();
        };
    }

    private static @Nullable Rbac rbac(RbacReads reads, Attempts attempts) {
        List<RoleSketch> roles = new ArrayList<>();
        attempts.each(reads::clusterRoles, RbacSketches::of, roles);
        attempts.each(reads::roles, RbacSketches::of, roles);
        List<BindingSketch> bindings = new ArrayList<>();
        boolean inCluster = attempts.each(reads::clusterRoleBindings, RbacSketches::of, bindings);
        boolean inNamespaces = attempts.each(reads::roleBindings, RbacSketches::of, bindings);
        return inCluster || inNamespaces ? new Rbac(bindings, roles, inCluster && inNamespaces) : null;
    }

    /** Reads that may fail without keeping the others from being made. */
    private static final class Attempts {
        private final List<String> failures = new ArrayList<>();

        <T> @Nullable T orNull(Supplier<@Nullable T> read) {
            try {
                return read.get();
            } catch (StoreException e) {
                failures.add(String.valueOf(e.getMessage()));
                return null;
            }
        }

        /** Whether the answer was to be had. */
        <T, S> boolean each(Supplier<List<T>> read, Function<T, S> sketch, List<S> sketches) {
            List<T> objects = orNull(read);
            if (objects == null) {
                return false;
            }
            objects.forEach(object -> sketches.add(sketch.apply(object)));
            return true;
        }
    }
}
