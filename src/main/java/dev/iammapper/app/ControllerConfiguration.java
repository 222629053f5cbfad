package dev.iammapper.app;

import dev.iammapper.admission.MappingFeed;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.policy.Judge;
import dev.iammapper.policy.Policy;
import dev.iammapper.policy.PolicyText;
import dev.iammapper.reconcile.AwsAuthReconciler;
import dev.iammapper.reconcile.Bell;
import dev.iammapper.reconcile.Cluster;
import dev.iammapper.reconcile.Mode;
import dev.iammapper.reconcile.PassResult;
import dev.iammapper.reconcile.PolicyPublication;
import dev.iammapper.reconcile.ReconcileLoop;
import dev.iammapper.reconcile.ReconcileMetrics;
import dev.iammapper.reconcile.SettingsText;
import dev.iammapper.reconcile.StoredCluster;
import dev.iammapper.reconcile.WatchBells;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.EventRecorder;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.LeaderElector;
import dev.iammapper.store.Leadership;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.MappingReads;
import dev.iammapper.store.MappingStatusWriter;
import dev.iammapper.store.ObjectWatch;
import dev.iammapper.store.PolicyStore;
import dev.iammapper.store.ServerTime;
import dev.iammapper.store.SnapshotStore;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.util.List;
import java.util.SplittableRandom;
import lombok.extern.slf4j.Slf4j;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Every object of the controller, and how they hang together. What has threads is closed by the lifecycle. */
@Slf4j
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ControllerProperties.class)
class ControllerConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    ReplicaIdentity replicaIdentity() {
        return ReplicaIdentity.ofThisProcess(System.getenv(), new SplittableRandom());
    }

    @Bean
    Bell bell() {
        return new Bell(System::nanoTime);
    }

    @Bean(destroyMethod = "")
    Leadership leadership(ControllerProperties properties, KubernetesAccess access, ReplicaIdentity identity, Bell bell,
            Clock clock) {
        if (!properties.leaderElection().enabled()) {
            return Leadership.alone();
        }
        return new LeaderElector(access, LeaderElector.Settings.usual(identity.name()), new LeadershipNews(bell), clock,
                System::nanoTime);
    }

    @Bean(destroyMethod = "")
    ObjectWatch<IamIdentityMapping> mappingWatch(KubernetesAccess access, Bell bell, MappingFeed feed) {
        return ObjectWatch.mappings(access, ObjectWatch.Listener.both(feed, WatchBells.mappings(bell)));
    }

    @Bean(destroyMethod = "")
    ObjectWatch<V1ConfigMap> awsAuthWatch(KubernetesAccess access, Bell bell) {
        return ObjectWatch.awsAuth(access, WatchBells.awsAuth(bell));
    }

    @Bean(destroyMethod = "")
    MappingStatusWriter statusWriter(KubernetesAccess access, Leadership leadership) {
        return new MappingStatusWriter(access, leadership::mayWrite);
    }

    @Bean(destroyMethod = "")
    EventRecorder eventRecorder(KubernetesAccess access, ReplicaIdentity identity, Clock clock) {
        return new EventRecorder(access, identity.name(), clock);
    }

    @Bean
    Cluster cluster(KubernetesAccess access, ObjectWatch<IamIdentityMapping> mappings, ObjectWatch<V1ConfigMap> awsAuth,
            MappingStatusWriter statuses, EventRecorder events, Clock clock) {
        ServerTime time = new ServerTime(clock, System::nanoTime);
        return new StoredCluster(mappings, awsAuth, new MappingReads(access, time), new AwsAuthStore(access),
                new LedgerStore(access), statuses, events, new SnapshotStore(access), time);
    }

    @Bean
    ReconcileMetrics reconcileMetrics(MeterRegistry registry, Leadership leadership) {
        return new ReconcileMetrics(registry, leadership::mayWrite, System::nanoTime);
    }

    @Bean
    MeterBinder statusMetrics(MappingStatusWriter statuses) {
        return registry -> {
            Gauge.builder("mapper.statuses.pending", statuses, MappingStatusWriter::pending)
                    .description("objects whose status waits to be written").register(registry);
            FunctionCounter.builder("mapper.status.patches", statuses, MappingStatusWriter::written)
                    .description("statuses written").register(registry);
        };
    }

    @Bean
    AwsAuthReconciler reconciler(Cluster cluster, Leadership leadership, Judge judge, Bell bell,
            ReconcileMetrics metrics, ControllerProperties properties, Clock clock) {
        log.info(switch (properties.mode()) {
            case ENFORCE -> "Mode enforce: rows are written to kube-system/aws-auth";
            case OBSERVE -> "Mode observe: aws-auth and the ledger are not written; statuses, Events and metrics say"
                    + " what would be";
        });
        return new AwsAuthReconciler(cluster, leadership, judge, bell, metrics, properties.reconcile(), clock,
                System::nanoTime,
                new SplittableRandom());
    }

    @Bean
    ReconcileLoop reconcileLoop(AwsAuthReconciler reconciler, PolicyPublication policy, Bell bell, Clock clock) {
        return new ReconcileLoop(bell, triggers -> {
            PassResult result = reconciler.pass(triggers);
            policy.look(triggers);
            return result;
        }, clock, System::nanoTime, new SplittableRandom());
    }

    @Bean
    PolicyPublication policyPublication(KubernetesAccess access, Leadership leadership, Policy policy,
            ControllerProperties properties) {
        return new PolicyPublication(new PolicyStore(access), leadership, new PolicyStore.Published(
                PolicyText.write(policy), SettingsText.write(properties.reconcile(),
                        properties.leaderElection().enabled(), BuildVersion.number())));
    }

    @Bean
    ControllerLifecycle controllerLifecycle(ObjectWatch<IamIdentityMapping> mappings, ObjectWatch<V1ConfigMap> awsAuth,
            Leadership leadership, ReconcileLoop loop, Bell bell, MappingStatusWriter statuses, EventRecorder events) {
        return new ControllerLifecycle(mappings, awsAuth, leadership, loop, bell, statuses, events,
                ControllerLifecycle.LAST_PASS);
    }

    @Bean
    Liveness controllerLiveness(ControllerLifecycle lifecycle, ReconcileLoop loop,
            ObjectWatch<IamIdentityMapping> mappings, ObjectWatch<V1ConfigMap> awsAuth, Leadership leadership) {
        return new Liveness(() -> lifecycle.isRunning() && !loop.isAlive(), loop::passLasts,
                List.of(Liveness.Watch.of(mappings), Liveness.Watch.of(awsAuth)),
                () -> leadership.contested() && leadership.mayWrite());
    }

    @Bean
    Readiness controllerReadiness(Cluster cluster, Leadership leadership, AwsAuthReconciler reconciler) {
        return new Readiness(cluster::watchProblem, leadership, reconciler::trouble);
    }

    @Bean
    ApplicationListener<WebServerInitializedEvent> listeningLine() {
        return new ListeningLine();
    }
}
