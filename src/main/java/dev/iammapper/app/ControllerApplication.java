package dev.iammapper.app;

import dev.iammapper.store.ClusterAccessException;
import dev.iammapper.store.ClusterAddress;
import dev.iammapper.store.KubernetesAccess;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import lombok.extern.slf4j.Slf4j;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;

/** The controller as a Spring application. */
@Slf4j
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ControllerConfiguration.class, WebhookConfiguration.class, AdmissionConfiguration.class})
public class ControllerApplication {

    /**
     * Starts a controller.
     *
     * @param settings each {@code --name.with.dots=value}
     * @return what {@linkplain ConfigurableApplicationContext#close() closing} stops
     * @throws ClusterAccessException if there is no usable way to a cluster
     */
    public static ConfigurableApplicationContext start(ClusterAddress address, List<String> settings)
            throws ClusterAccessException {
        KubernetesAccess access = KubernetesAccess.open(address, BuildVersion.number(), System.getenv());
        SpringApplication application = new SpringApplication(ControllerApplication.class);
        application.addListeners(new LogSettings());
        application.addInitializers(
                context -> log.info("iam-identity-mapper {} on {}", BuildVersion.number(), access.description()));
        application.addInitializers(context -> UnknownSettings.refuse(context.getEnvironment()));
        application.addInitializers(context -> ((GenericApplicationContext) context)
                .registerBean(KubernetesAccess.class, () -> access));
        return application.run(settings.toArray(String[]::new));
    }

    /** Starts a controller, waits until it is stopped, and returns one of the {@link ExitCode}s. */
    static int runUntilStopped(ClusterAddress address, List<String> settings) {
        CountDownLatch stopped = new CountDownLatch(1);
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, bug) -> log.error("The thread {} ended in a way that nobody expected", thread.getName(), bug));
        try {
            ConfigurableApplicationContext context = start(address, settings);
            context.addApplicationListener(event -> {
                if (event instanceof ContextClosedEvent closed && closed.getApplicationContext() == context) {
                    stopped.countDown();
                }
            });
            stopped.await();
            return ExitCode.OK;
        } catch (ClusterAccessException unusable) {
            log.error("{}", unusable.getMessage());
            return ExitCode.CONFIGURATION;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return ExitCode.OK;
        } catch (RuntimeException failure) {
            return StartFailure.report(failure);
        }
    }
}
