package dev.iammapper.policy;

import java.util.List;

/** What became of the settings of a policy. */
public sealed interface ParsedPolicy {

    /** A policy. */
    record Valid(Policy policy) implements ParsedPolicy {}

    /** Settings that make none; {@code errors} is never empty and names everything that is wrong. */
    record Invalid(List<SettingError> errors) implements ParsedPolicy {
        /** Copies the errors. */
        public Invalid {
            errors = List.copyOf(errors);
        }
    }
}
