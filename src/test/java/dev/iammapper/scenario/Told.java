package dev.iammapper.scenario;

import java.util.Map;

/**
 * What an object's status says about its present generation.
 *
 * @param reason of the condition Ready
 * @param message of the condition Ready
 * @param conditions the status of each condition by its type, such as True
 * @param appliedReason of the condition Applied
 * @param canonicalArn empty when absent
 */
record Told(String reason, String message, Map<String, String> conditions, String appliedReason, String canonicalArn) {
    /** Nothing yet. */
    static final Told NOTHING = new Told("", "", Map.of(), "", "");

    boolean isReady() {
        return "True".equals(conditions.get("Ready"));
    }

    boolean isStalled() {
        return "True".equals(conditions.get("Stalled"));
    }

    boolean isReconciling() {
        return "True".equals(conditions.get("Reconciling"));
    }
}
