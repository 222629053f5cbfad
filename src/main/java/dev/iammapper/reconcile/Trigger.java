package dev.iammapper.reconcile;

/** Why a pass runs. */
public enum Trigger {
    /** An object appeared, vanished, or changed in more than its status. */
    MAPPINGS,
    /** aws-auth changed, and not by our own hand. */
    AWS_AUTH,
    /** This process became the leader. */
    LEADERSHIP,
    /** A {@code notBefore} or {@code expiresAt} was reached. */
    INSTANT,
    /** The previous pass asked for another one. */
    RETRY,
    /** Nothing happened for a while: look all the same. */
    PERIOD
}
