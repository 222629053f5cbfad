package dev.iammapper.app;

import lombok.extern.slf4j.Slf4j;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/** Says in the log on which port this process listens, which nobody knows beforehand when the port was given as 0. */
@Slf4j
final class ListeningLine implements ApplicationListener<WebServerInitializedEvent> {

    @Override
    public void onApplicationEvent(WebServerInitializedEvent event) {
        int port = event.getWebServer().getPort();
        if (port <= 0) {
            return;
        }
        if (!"management".equals(event.getApplicationContext().getServerNamespace())) {
            log.info("Admission webhook: https://localhost:{}/validate/iamidentitymapping", port);
        } else {
            log.info("Health and metrics: http://localhost:{}/actuator/health, /actuator/prometheus", port);
        }
    }
}
