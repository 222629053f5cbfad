package dev.iammapper.app;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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
        // Either is missing where somebody switched it off.
        List<String> open = Stream.of("health", "prometheus").map(id -> endpoints.getPath(EndpointId.of(id)))
                .filter(Objects::nonNull).toList();
        ManagementDoor door = new ManagementDoor(open, endpoints.getPath(EndpointId.of("loggers")));
        return factory -> factory.addEngineValves(door);
    }
}
