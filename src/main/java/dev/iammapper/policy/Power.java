package dev.iammapper.policy;

/** Means by which somebody with a role can get every other right of the cluster, in the order of their weight. */
public enum Power {
    /** Every verb on everything. */
    EVERYTHING("may do everything"),
    /** Roles may be given rights that their author does not have. */
    ESCALATE("may escalate roles"),
    /** Roles may be bound that their binder does not have. */
    BIND("may bind any role"),
    /** Requests may be made in the name of others. */
    IMPERSONATE("may impersonate others"),
    /** All Secrets can be read, and with them the tokens of ServiceAccounts. */
    ALL_SECRETS("may read all Secrets"),
    /** Kubelets can be called behind the back of admission and audit. */
    NODES_PROXY("may use nodes/proxy"),
    /** What admission sees and changes can be redirected. */
    WEBHOOK_CONFIGURATIONS("may change webhook configurations"),
    /** aws-auth itself can be changed. */
    SYSTEM_CONFIG_MAPS("may write ConfigMaps in kube-system, where aws-auth is");

    private final String words;

    Power(String words) {
        this.words = words;
    }

    /** What somebody with it may do, a predicate: {@code may …}. */
    public String words() {
        return words;
    }
}
