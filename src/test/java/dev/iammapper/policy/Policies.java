package dev.iammapper.policy;

import java.util.List;

/** Policies for tests. */
final class Policies {
    private Policies() {}

    static Policy read(String text) {
        return switch (PolicyText.read(text)) {
            case ParsedPolicy.Valid(Policy policy) -> policy;
            case ParsedPolicy.Invalid(List<SettingError> errors) -> throw new AssertionError(errors + "\n" + text);
        };
    }

    static List<String> errors(String text) {
        return switch (PolicyText.read(text)) {
            case ParsedPolicy.Valid(Policy policy) -> throw new AssertionError(policy);
            case ParsedPolicy.Invalid(List<SettingError> errors) -> errors.stream().map(SettingError::sentence)
                    .toList();
        };
    }
}
