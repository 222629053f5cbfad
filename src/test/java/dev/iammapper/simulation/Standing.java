package dev.iammapper.simulation;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.simulation.ApiServerModel.Change;
import dev.iammapper.simulation.ApiServerModel.ConfigMap;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.SnapshotStore;
import dev.iammapper.store.StoredLedger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Everything that is stored in a cluster at some time, one line for each thing, without what differs between clusters. */
final class Standing {
    private static final String DEFINITION = "definition";

    private final ApiServerModel server;
    private final Map<String, String> uids = new HashMap<>();
    private final TreeMap<String, String> lines = new TreeMap<>();

    private Standing(ApiServerModel server) {
        this.server = server;
        nameObjects();
        ConfigMap awsAuth = server.storedConfigMap(AwsAuthStore.NAME);
        if (awsAuth != null) {
            uids.put(awsAuth.uid(), "this one");
            awsAuth.data().forEach((key, value) -> lines.put("aws-auth " + key,
                    value.length() > ApiServerModel.LONG ? "so many characters: " + value.length() : value));
            lines.put("aws-auth metadata", awsAuth.labels() + " " + awsAuth.annotations() + " " + awsAuth.immutable());
        }
        ledger(server.storedConfigMap(LedgerStore.NAME));
        ConfigMap kept = server.storedConfigMap(SnapshotStore.NAME);
        if (kept != null) {
            lines.put("the version before", Objects.requireNonNull(kept.data().get(ModelCluster.SNAPSHOT)));
        }
        Objects.requireNonNull(server.list(), "the definition is there").forEach(this::object);
    }

    /** What is stored now, asked of the server anew. */
    static Map<String, String> of(ApiServerModel server) {
        return new Standing(server).lines;
    }

    /** Objects of one name are told apart by their order. */
    private void nameObjects() {
        if (server.definition() instanceof ServedDefinition.Served(String uid, long _)) {
            uids.put(uid, DEFINITION);
        }
        Map<String, Integer> times = new HashMap<>();
        for (Change change : server.history()) {
            IamIdentityMapping object = change.after();
            if (object != null) {
                uids.computeIfAbsent(Objects.requireNonNull(ApiServerModel.meta(object).getUid()),
                        _ -> change.name() + " no. " + times.merge(change.name(), 1, Integer::sum));
            }
        }
    }

    private String named(@Nullable String uid) {
        return uid == null ? "none" : uids.getOrDefault(uid, "another");
    }

    private void ledger(@Nullable ConfigMap map) {
        if (map == null) {
            return;
        }
        switch (ModelCluster.ledger(map)) {
            case StoredLedger.Present(Ledger ledger, String _) -> {
                lines.put("ledger", "term " + ledger.term() + ", of " + named(ledger.awsAuthUid()) + ", "
                        + ledger.emptyForms() + ", " + ledger.removals() + ", " + ledger.pause());
                ledger.claims().forEach((key, claim) -> lines.put("ledger " + key.section() + " " + key.principal(),
                        new Claim(claim.mapping(), named(claim.uid()), named(claim.definition()), claim.applied(),
                                claim.pending(), claim.guarded(), claim.hold(), claim.leaving()).toString()));
            }
            case StoredLedger.Malformed _ -> lines.put("ledger", "cannot be read");
            case StoredLedger.Absent _ -> throw new IllegalArgumentException("a ledger that is there");
        }
    }

    private void object(IamIdentityMapping object) {
        String name = ModelCluster.name(object);
        lines.put("object " + name, named(ApiServerModel.meta(object).getUid()) + ", generation "
                + ApiServerModel.meta(object).getGeneration() + ", " + object.spec());
        if (object.status() != null) {
            List<MappingCondition> conditions = Objects.requireNonNullElse(object.status().conditions(), List.of());
            lines.put("object " + name + " status", object.status().canonicalARN() + ", of generation "
                    + object.status().observedGeneration());
            conditions.forEach(condition -> lines.put("object " + name + " " + condition.type(),
                    condition.status() + ", " + condition.reason() + ", " + condition.lastTransitionTime() + ": "
                            + condition.message()));
        }
    }
}
