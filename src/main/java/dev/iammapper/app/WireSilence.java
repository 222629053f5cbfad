package dev.iammapper.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Keeps libraries quiet that see requests as they travel: below INFO they print whole bodies, tokens and keys. No level
 * makes them do so.
 */
public final class WireSilence extends TurboFilter {
    private static final List<String> WIRE = List.of("org.apache.", "org.springframework.web.",
            "org.springframework.http.", "io.kubernetes.", "okhttp3", "okio", "java.net.", "javax.net.", "javax.crypto",
            "jdk.", "sun.", "com.sun.", "org.bouncycastle.", "httpclient");

    @Override
    public FilterReply decide(@Nullable Marker marker, Logger logger, Level level, @Nullable String format,
            Object @Nullable [] parameters, @Nullable Throwable thrown) {
        if (level.levelInt >= Level.INFO_INT || level.levelInt < logger.getEffectiveLevel().levelInt) {
            return FilterReply.NEUTRAL;
        }
        String name = logger.getName();
        return WIRE.stream().anyMatch(name::startsWith) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
