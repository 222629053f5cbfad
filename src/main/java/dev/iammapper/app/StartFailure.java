package dev.iammapper.app;

import dev.iammapper.app.UnknownSettings.UnknownSettingException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import lombok.extern.slf4j.Slf4j;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataNotFoundException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.validation.FieldError;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

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
        UnusablePolicyException policy = cause(failure, UnusablePolicyException.class);
        if (policy != null) {
            return policy.getMessage();
        }
        UnknownSettingException outside = cause(failure, UnknownSettingException.class);
        if (outside != null) {
            return outside.getMessage();
        }
        UnboundConfigurationPropertiesException unknown = cause(failure,
                UnboundConfigurationPropertiesException.class);
        if (unknown != null) {
            return unknown.getUnboundProperties().stream().map(property -> property.getName() + place(property))
                    .collect(Collectors.joining(", ", "Unknown setting: ", ". Remove it, or correct its name."));
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
                    : property.getName() + "=" + property.getValue() + place(property);
            return "Invalid setting: " + what + ": " + reason(unbindable) + ".";
        }
        InvalidConfigurationPropertyValueException unusable = cause(failure,
                InvalidConfigurationPropertyValueException.class);
        if (unusable != null) {
            return "Invalid setting: " + unusable.getName() + "=" + unusable.getValue() + ": " + unusable.getReason()
                    + ".";
        }
        MarkedYAMLException noYaml = cause(failure, MarkedYAMLException.class);
        if (noYaml != null) {
            Mark mark = noYaml.getProblemMark();
            return "The file of settings is not YAML: " + noYaml.getProblem()
                    + (mark == null ? "" : ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                    + ".";
        }
        ConfigDataNotFoundException noFile = cause(failure, ConfigDataNotFoundException.class);
        if (noFile != null) {
            return "The file of settings is not there: " + noFile.getReferenceDescription() + ".";
        }
        PortInUseException taken = cause(failure, PortInUseException.class);
        if (taken != null) {
            return "Port " + taken.getPort() + " is in use by another program. Stop it, or choose another port with"
                    + " --management.server.port=PORT for health and metrics or --server.port=PORT for the webhook"
                    + " (0 for any).";
        }
        if (innermost(failure).startsWith("port out of range")) {
            return "Invalid setting: management.server.port or server.port: " + innermost(failure)
                    + "; write 0 to 65535.";
        }
        return null;
    }

    private static String reason(BindException unbindable) {
        ConversionFailedException word = cause(unbindable, ConversionFailedException.class);
        if (word != null && word.getTargetType().getType().isEnum()) {
            return Arrays.stream(word.getTargetType().getType().getEnumConstants())
                    .map(constant -> constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .collect(Collectors.joining(" or ", "write ", ""));
        }
        if (cause(unbindable, ConverterNotFoundException.class) != null) {
            return "this is a group of settings and no value; write what belongs to it, best into a YAML file that"
                    + " --spring.config.additional-location=file:FILE names";
        }
        return innermost(unbindable);
    }

    /** Where a setting comes from, unless it is the command line, which everybody sees. */
    private static String place(ConfigurationProperty property) {
        String origin = String.valueOf(property.getOrigin());
        return property.getOrigin() == null || origin.contains("commandLineArgs") ? "" : " (" + origin + ")";
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
