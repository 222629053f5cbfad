package dev.iammapper.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.iammapper.mapping.Quoted;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;

/**
 * Lines of the log: text for people, or JSON where a format is set. Text that others chose cannot begin a line of its
 * own in either, nor move the cursor of a terminal, nor end the mark that it stands in.
 */
public final class LogLines extends EncoderBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter
            .ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final byte[] NOTHING = {};

    private String format = "";
    private @Nullable Encoder<ILoggingEvent> structured;

    /** The name of a structured format as Spring Boot knows them; empty for text. */
    public void setFormat(String format) {
        this.format = format;
    }

    @Override
    public void start() {
        // Boot's encoder rests on Boot, which is not there in a command, nor before the settings are read.
        if (!format.isBlank() && getContext().getObject(Environment.class.getName()) != null) {
            StructuredLogEncoder json = new StructuredLogEncoder();
            json.setContext(getContext());
            json.setFormat(format);
            json.setCharset(StandardCharsets.UTF_8);
            json.start();
            structured = json;
        }
        super.start();
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        Encoder<ILoggingEvent> json = structured;
        return json == null ? text(event).getBytes(StandardCharsets.UTF_8) : json.encode(event);
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    private static String text(ILoggingEvent event) {
        String name = event.getLoggerName();
        String where = new TreeMap<>(event.getMDCPropertyMap()).entrySet().stream()
                .map(entry -> ", " + entry.getKey() + "=" + Quoted.whole(entry.getValue()))
                .collect(Collectors.joining("", "  [" + name.substring(name.lastIndexOf('.') + 1), "]"));
        String line = "%s %-5s %s%s".formatted(TIME.format(event.getInstant()), event.getLevel(),
                event.getFormattedMessage(), where);
        return event.getThrowableProxy() == null
                ? harmless(line) + "\n"
                : harmless(line + "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy())) + "\n";
    }

    /** What follows the first line of a record is indented, so that it is no record. */
    private static String harmless(String record) {
        if (record.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            return record;
        }
        StringBuilder shown = new StringBuilder(record.length() + 64);
        record.strip().codePoints().forEach(character -> {
            if (character == '\n') {
                shown.append("\n    ");
            } else if (character == '\t' || Quoted.isShowable(character)) {
                shown.appendCodePoint(character);
            } else if (character != '\r') {
                shown.append("<U+%04X>".formatted(character));
            }
        });
        return shown.toString();
    }
}
