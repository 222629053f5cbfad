package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.spi.FilterReply;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireSilenceTest {
    private final LoggerContext context = new LoggerContext();

    @ParameterizedTest
    @ValueSource(strings = {"org.apache.coyote.http11.Http11InputBuffer", "org.apache.tomcat.util.net.NioEndpoint",
            "org.springframework.web.servlet.DispatcherServlet", "io.kubernetes.client.util.Watch",
            "okhttp3.OkHttpClient", "sun.net.www.protocol.http.HttpURLConnection"})
    void whoSeesWhatTravelsSaysNothingBelowInfoAtAnyLevel(String name) {
        assertThat(reply(name, Level.DEBUG)).isEqualTo(FilterReply.DENY);
        assertThat(reply(name, Level.TRACE)).isEqualTo(FilterReply.DENY);
        assertThat(reply(name, Level.INFO)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(reply(name, Level.ERROR)).isEqualTo(FilterReply.NEUTRAL);
    }

    @Test
    void ourOwnWordsAndThoseOfTheWiringAreToldAsTheLevelSays() {
        assertThat(reply("dev.iammapper.reconcile.AwsAuthReconciler", Level.TRACE)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(reply("org.springframework.context.annotation.X", Level.DEBUG)).isEqualTo(FilterReply.NEUTRAL);
    }

    @Test
    void theControllersLogIsSetUpWithIt() throws Exception {
        assertThat(Files.readString(Path.of("src", "main", "resources", "logback.xml")))
                .contains("<turboFilter class=\"" + WireSilence.class.getName() + "\"/>");
    }

    private FilterReply reply(String name, Level level) {
        Logger logger = context.getLogger(name);
        logger.setLevel(Level.TRACE);
        return new WireSilence().decide(null, logger, level, "words", null, null);
    }
}
