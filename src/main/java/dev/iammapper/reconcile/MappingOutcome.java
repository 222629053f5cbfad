package dev.iammapper.reconcile;

import dev.iammapper.api.MappingReason;
import dev.iammapper.mapping.FieldError;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.policy.Finding;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of one object in a pass. */
sealed interface MappingOutcome {

    /** The word that stands in {@code Ready}. */
    MappingReason reason();

    /**
     * A row of ours gives exactly the grant.
     *
     * @param rowOf the object it was written for
     * @param elsewhere what is to be said of a row of before that stays, or null
     */
    record Owned(IdentityMapping mapping, String rowOf, @Nullable String elsewhere) implements MappingOutcome {
        @Override
        public MappingReason reason() {
            return MappingReason.APPLIED;
        }
    }

    /** A row of somebody else gives exactly the grant. */
    record AlreadyPresent(IdentityMapping mapping) implements MappingOutcome {
        @Override
        public MappingReason reason() {
            return MappingReason.ALREADY_PRESENT;
        }
    }

    /** The grant begins later; {@code remaining} says which access there is all the same, or is null. */
    record NotYetActive(IdentityMapping mapping, Instant from, @Nullable String remaining) implements MappingOutcome {
        @Override
        public MappingReason reason() {
            return MappingReason.NOT_YET_ACTIVE;
        }
    }

    /** The grant is over; {@code remaining} says which access is left all the same, or is null. */
    record Expired(IdentityMapping mapping, Instant at, @Nullable String remaining) implements MappingOutcome {
        @Override
        public MappingReason reason() {
            return MappingReason.EXPIRED;
        }
    }

    /**
     * The object means nothing.
     *
     * @param rowStays whether a row that an earlier version of it brought is still there
     * @param until when that row goes all the same, or null when the object states no end
     */
    record Invalid(List<FieldError> errors, boolean rowStays, @Nullable Instant until) implements MappingOutcome {
        /** Copies the errors. */
        public Invalid {
            errors = List.copyOf(errors);
        }

        @Override
        public MappingReason reason() {
            return MappingReason.INVALID;
        }
    }

    /**
     * The policy does not allow the grant.
     *
     * @param left why a row of before is still there, or null when it is gone
     * @param remaining which access there is all the same, or null
     */
    record Barred(IdentityMapping mapping, List<Finding> denials, @Nullable String left, @Nullable String remaining)
            implements
            MappingOutcome {
        /** Copies the findings. */
        public Barred {
            denials = List.copyOf(denials);
        }

        @Override
        public MappingReason reason() {
            return MappingReason.POLICY_VIOLATION;
        }
    }

    /** An older object maps the principal to something else. */
    record Conflict(IdentityMapping mapping, IdentityMapping winner) implements MappingOutcome {
        @Override
        public MappingReason reason() {
            return MappingReason.CONFLICT;
        }
    }

    /**
     * Only a person can change what is in the way.
     *
     * @param reason {@code FOREIGN_ENTRY}, {@code AWS_AUTH_MALFORMED}, {@code AWS_AUTH_NOT_EDITABLE},
     *     {@code AWS_AUTH_FULL}, {@code CONTENDED} or {@code REJECTED}
     * @param message what is in the way, and what to do
     */
    record Blocked(IdentityMapping mapping, MappingReason reason, String message) implements MappingOutcome {}

    /** A row of ours stands in a section that cannot be read; {@code message} says where. */
    record OwnedUnread(IdentityMapping mapping, String message) implements MappingOutcome {
        @Override
        public MappingReason reason() {
            return MappingReason.AWS_AUTH_MALFORMED;
        }
    }

    /**
     * In mode observe: the row, or whose it is, would change.
     *
     * @param message what would change
     * @param reads whether EKS reads the grant today all the same
     * @param owned whether a row of ours is there, so that the status must go on saying so
     */
    record Observing(IdentityMapping mapping, String message, boolean reads, boolean owned) implements MappingOutcome {
        @Override
        public MappingReason reason() {
            return MappingReason.OBSERVING;
        }
    }

    /** What is in the way passes by itself, or is retried. */
    record Pending(@Nullable IdentityMapping mapping, String message) implements MappingOutcome {
        @Override
        public MappingReason reason() {
            return MappingReason.PENDING;
        }
    }
}
