package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProblemLogTest {
    private final AtomicLong now = new AtomicLong();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final ProblemLog problems = new ProblemLog(logger(), "watch of things", now::get);

    @Test
    void oneProblemIsOneLineHoweverOftenItIsMetAndItsEndIsAnother() {
        for (int i = 0; i < 100; i++) {
            problems.report("no way");
        }
        assertThat(problems.current()).isEqualTo("no way");
        problems.clear();
        problems.clear();
        assertThat(problems.current()).isNull();
        assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("watch of things: no way; trying again", "watch of things: works again");
    }

    @Test
    void aProblemThatComesAndGoesIsNoFlood() {
        for (int i = 0; i < 1000; i++) {
            problems.report("no way");
            problems.clear();
            now.addAndGet(Duration.ofSeconds(1).toNanos());
        }
        assertThat(lines.list).hasSize(4);
    }

    private Logger logger() {
        Logger logger = new LoggerContext().getLogger("test");
        lines.start();
        logger.addAppender(lines);
        return logger;
    }
}
