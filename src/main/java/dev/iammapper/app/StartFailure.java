package dev.iammapper.app;

import java.util.stream.Collectors;
import lombok.extern.slf4j.Slf4j;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.validation.FieldError;

/** Says in one line why the controller could not start, where that is something a person can mend. */
@Slf4j
final class StartFailure {
    private StartFailure() {}

    /** Logs the failure and returns the exit code for it; only what nobody expected gets a stack trace. */
    static int report(RuntimeException failure) {
        String sentence = sentence(failure);
        if (sentence == null) {
            log.error("The controller could not start, for a reason that nobody expected", failure);
            return ExitCode.FAILURE;
        }
        log.error("{}", sentence);
        return ExitCode.CONFIGURATION;
    }

    /** What is wrong with the configuration, or null when something else is wrong. */
    static @Nullable String sentence(Throwable failure) {
        UnboundConfigurationPropertiesException unknown = cause(failure,
                UnboundConfigurationPropertiesException.class);
        if (unknown != null) {
            return unknown.getUnboundProperties().stream().map(StartFailure::origin)
                    .collect(Collectors.joining(", ", "Unknown setting: ",
                            ". Remove it, or correct its name (a list of settings is in the documentation)."));
        }
        BindValidationException invalid = cause(failure, BindValidationException.class);
        if (invalid != null) {
            return invalid.getValidationErrors().getAllErrors().stream()
                    .map(error -> error instanceof FieldError field
                            ? invalid.getValidationErrors().getName() + "." + field.getField() + " = "
                                    + field.getRejectedValue() + ": " + field.getDefaultMessage()
                            : String.valueOf(error.getDefaultMessage()))
                    .collect(Collectors.joining("; ", "Invalid setting: ", "."));
        }
        BindException unbindable = cause(failure, BindException.class);
        if (unbindable != null) {
            ConfigurationProperty property = unbindable.getProperty();
            String what = property == null
                    ? unbindable.getName().toString()
                    : origin(property) + " = \"" + property.getValue() + "\"";
            return "Invalid setting: " + what + ": " + innermost(unbindable) + ".";
        }
        PortInUseException taken = cause(failure, PortInUseException.class);
        if (taken != null) {
            return "Port " + taken.getPort() + " is in use by another program. Stop it, or choose another port with"
                    + " --management.server.port=PORT (0 for any).";
        }
        return null;
    }

    private static String origin(ConfigurationProperty property) {
        return property.getOrigin() == null
                ? property.getName().toString()
                : property.getName() + " (" + property.getOrigin() + ")";
    }

    private static String innermost(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return String.valueOf(at.getMessage());
    }

    private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return type.cast(at);
            }
        }
        return null;
    }
}
