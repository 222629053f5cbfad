package dev.iammapper.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Refuses settings that nothing reads where Spring lets them pass: among environment variables and system properties,
 * whose names begin with {@code MAPPER_} or {@code mapper.}, and in files where they begin with nothing that is known.
 */
final class UnknownSettings {
    /** What settings begin with on the command line and in files. */
    static final Set<String> FAMILIES = Set.of("mapper", "management", "server", "logging", "spring");

    private static final String FAMILY = "mapper";
    private static final String MODE = FAMILY + ".mode";
    private static final String VARIABLE = "MAPPER_";
    private static final String SERVICE_HOST = "_SERVICE_HOST";

    private UnknownSettings() {}

    /** There is such a setting; the message names all of them on one line. */
    static final class UnknownSettingException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownSettingException(String message) {
            super(message);
        }
    }

    /**
     * Looks through all of them.
     *
     * @throws UnknownSettingException when a setting is not known, or when the mode is there and says nothing
     */
    static void refuse(ConfigurableEnvironment environment) {
        String mode = environment.getProperty(MODE);
        if (mode != null && mode.isBlank()) {
            // A variable that was never set reads as nothing chosen, which is to write.
            throw new UnknownSettingException(MODE + " is empty: write enforce or observe, or leave it out.");
        }
        Set<ConfigurationPropertyName> asked = asked(environment);
        List<String> unknown = new ArrayList<>();
        for (String variable : names(environment, StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
            if (variable.toUpperCase(Locale.ROOT).startsWith(VARIABLE) && !isOfService(variable, environment)
                    && asked.stream().noneMatch(name -> isNamed(variable, name))) {
                unknown.add(variable + " (environment variable)");
            }
        }
        for (String property : names(environment, StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME)) {
            if (property.startsWith(FAMILY + ".") && !asked.contains(ConfigurationPropertyName.adapt(property, '.'))) {
                unknown.add(property + " (system property)");
            }
        }
        environment.getPropertySources().stream().forEach(source -> unknown.addAll(ofNoFamily(source)));
        if (!unknown.isEmpty()) {
            throw new UnknownSettingException(unknown.stream().sorted()
                    .collect(Collectors.joining(", ", "Unknown setting: ", ". Remove it, or correct its name.")));
        }
    }

    /** Settings of a file that begin with no family's name: a typo in "mapper" would pass for nobody's setting. */
    private static List<String> ofNoFamily(PropertySource<?> source) {
        if (!(source instanceof OriginTrackedMapPropertySource file)) {
            return List.of();
        }
        return Arrays.stream(file.getPropertyNames())
                .filter(name -> !FAMILIES.contains(name.replaceFirst("[.\\[].*", "").toLowerCase(Locale.ROOT)))
                .map(name -> name + " (" + file.getOrigin(name) + ")").toList();
    }

    /** The names that reading the settings asks for; what it does not descend to has no setting below it either. */
    private static Set<ConfigurationPropertyName> asked(ConfigurableEnvironment environment) {
        Set<ConfigurationPropertyName> asked = new HashSet<>();
        BindHandler listening = new BindHandler() {
            @Override
            public <T> Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
                asked.add(name);
                return target;
            }
        };
        Binder.get(environment, listening).bind(FAMILY, Bindable.of(ControllerProperties.class));
        return asked;
    }

    /** Whether the variable is a setting's: dots are underscores, and dashes are left out or underscores too. */
    private static boolean isNamed(String variable, ConfigurationPropertyName setting) {
        String upper = variable.toUpperCase(Locale.ROOT);
        return upper.equals(variable(setting, "")) || upper.equals(variable(setting, "_"));
    }

    private static String variable(ConfigurationPropertyName setting, String dash) {
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < setting.getNumberOfElements(); i++) {
            elements.add(setting.getElement(i, Form.ORIGINAL).replace("-", dash));
        }
        return String.join("_", elements).toUpperCase(Locale.ROOT);
    }

    /** Kubernetes sets variables for every Service of a Pod's namespace; one may be called mapper-something. */
    private static boolean isOfService(String variable, ConfigurableEnvironment environment) {
        return Arrays.stream(names(environment, StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME))
                .filter(name -> name.startsWith(VARIABLE.substring(0, VARIABLE.length() - 1))
                        && name.endsWith(SERVICE_HOST))
                .map(name -> name.substring(0, name.length() - SERVICE_HOST.length()))
                .anyMatch(service -> variable.startsWith(service + "_SERVICE_") || variable.equals(service + "_PORT")
                        || variable.startsWith(service + "_PORT_"));
    }

    private static String[] names(ConfigurableEnvironment environment, String source) {
        return environment.getPropertySources().get(source) instanceof EnumerablePropertySource<?> enumerable
                ? enumerable.getPropertyNames()
                : new String[0];
    }
}
