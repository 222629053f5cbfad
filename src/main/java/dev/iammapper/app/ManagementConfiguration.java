package dev.iammapper.app;

import java.util.List;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/** The server of the management port; Boot finds this class by the name of a file below META-INF/spring. */
@ManagementContextConfiguration(proxyBeanMethods = false)
class ManagementConfiguration {

    @Bean
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> managementDoor(PathMappedEndpoints endpoints) {
        List<String> open = List.of(endpoints.getPath(EndpointId.of("health")),
                endpoints.getPath(EndpointId.of("prometheus")));
        return factory -> factory.addEngineValves(
                new ManagementDoor(open, endpoints.getPath(EndpointId.of("loggers"))));
    }
}
