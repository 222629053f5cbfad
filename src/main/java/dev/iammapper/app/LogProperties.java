package dev.iammapper.app;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the log looks like, and how much it tells.
 *
 * @param format of a line
 * @param level of our own words; other libraries tell warnings only, unless {@code logging.level} says otherwise
 */
record LogProperties(@DefaultValue("text") Format format, @DefaultValue("info") Level level) {

    /** The format of a line. */
    enum Format {
        /** For people. */
        TEXT,
        /** JSON with the names of the Elastic Common Schema. */
        ECS,
        /** JSON with the names that Logstash uses. */
        LOGSTASH
    }

    /** The least important that is told; a log cannot be switched off here. */
    enum Level {
        /** What nobody expected. */
        ERROR,
        /** What somebody should look at. */
        WARN,
        /** Changes, refusals, and who leads. */
        INFO,
        /** What each pass finds. */
        DEBUG,
        /** Everything. */
        TRACE
    }
}
