package dev.iammapper.app;

import dev.iammapper.app.LogProperties.Format;
import dev.iammapper.app.LogProperties.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Brings {@code mapper.log} to Spring Boot's logging, in time for the first line. Boot's own settings win where both
 * are written.
 */
final class LogSettings implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {
    private static final String FORMAT = "mapper.log.format";
    private static final String LEVEL = "mapper.log.level";

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        translate(event.getEnvironment());
    }

    /** After the files of settings are read, before logging begins by them. */
    @Override
    public int getOrder() {
        return LoggingApplicationListener.DEFAULT_ORDER - 1;
    }

    /**
     * Lets lines be JSON that are written before all settings are read, or because they cannot be read: as far as the
     * command line, system properties and environment variables say so.
     *
     * @return whether they are JSON
     */
    static boolean applyEarly(List<String> settings) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources()
                .addFirst(new SimpleCommandLinePropertySource(settings.toArray(String[]::new)));
        ConfigurationPropertySources.attach(environment);
        try {
            if (format(environment) == Format.TEXT) {
                return false;
            }
            translate(environment);
        } catch (BindException notYetTold) {
            return false;
        }
        LoggingSystem logging = LoggingSystem.get(LogSettings.class.getClassLoader());
        logging.beforeInitialize();
        logging.initialize(new LoggingInitializationContext(environment), null, null);
        // Once all settings are known, Boot does the same with them.
        logging.cleanUp();
        return true;
    }

    private static void translate(ConfigurableEnvironment environment) {
        Map<String, Object> translated = new HashMap<>();
        Format format = format(environment);
        if (format != Format.TEXT) {
            translated.put("logging.structured.format.console", format.name().toLowerCase(Locale.ROOT));
            // Without it, a line of JSON would not say which program wrote it before the settings are read.
            translated.put("spring.application.name", "iam-identity-mapper");
        }
        Binder.get(environment).bind(LEVEL, Level.class)
                .ifBound(level -> translated.put("logging.level.dev.iammapper", level.name()));
        environment.getPropertySources().addLast(new MapPropertySource("mapper.log", translated));
    }

    private static Format format(ConfigurableEnvironment environment) {
        return Binder.get(environment).bind(FORMAT, Format.class).orElse(Format.TEXT);
    }
}
