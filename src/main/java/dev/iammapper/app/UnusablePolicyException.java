package dev.iammapper.app;

import dev.iammapper.policy.SettingError;
import java.util.List;
import java.util.stream.Collectors;

/** The settings below {@code mapper.policy} make no policy; the message says all that is wrong with them. */
final class UnusablePolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusablePolicyException(List<SettingError> errors) {
        super(errors.stream().map(error -> "mapper.policy." + error.sentence())
                .collect(Collectors.joining(" ", "Invalid setting: ", "")));
    }
}
