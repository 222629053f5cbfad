package dev.iammapper.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.store.ObjectWatch;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WatchBellsTest {
    private final Bell bell = new Bell(System::nanoTime);
    private final ObjectWatch.Listener<IamIdentityMapping> mappings = WatchBells.mappings(bell);
    private final ObjectWatch.Listener<V1ConfigMap> awsAuth = WatchBells.awsAuth(bell);

    @Test
    void aStatusAndWhatTheServerKeepsBesideItDoNotRing() {
        IamIdentityMapping before = object(metadata -> {});
        V1ObjectMeta metadata = object(each -> each.resourceVersion("2").managedFields(List.of())).metadata();
        mappings.onChange(before, new IamIdentityMapping(null, null, metadata, null,
                new IamIdentityMappingStatus("x", null, 1L, List.of())));
        assertThat(bell.take()).isEmpty();
    }

    @Test
    void whatMayAskForSomethingElseRings() {
        rings(metadata -> metadata.generation(2L));
        rings(metadata -> metadata.uid("another"));
        rings(metadata -> metadata.annotations(Map.of("iammapper.dev/adopt", "true")));
        rings(metadata -> metadata.labels(Map.of("a", "b")));
        rings(metadata -> metadata.deletionTimestamp(OffsetDateTime.parse("2026-01-01T00:00:00Z")));
    }

    @Test
    void anObjectThatComesOrGoesRings() {
        mappings.onChange(null, object(metadata -> {}));
        assertThat(bell.take()).containsExactly(Trigger.MAPPINGS);
        mappings.onChange(object(metadata -> {}), null);
        assertThat(bell.take()).containsExactly(Trigger.MAPPINGS);
    }

    @Test
    void aListRingsEvenWhenItIsEmpty() {
        mappings.onRelist();
        assertThat(bell.take()).containsExactly(Trigger.MAPPINGS);
        awsAuth.onRelist();
        assertThat(bell.take()).containsExactly(Trigger.AWS_AUTH);
    }

    @Test
    void awsAuthRingsWhenOthersWriteOrDeleteIt() {
        V1ConfigMap theirs = new V1ConfigMap().metadata(new V1ObjectMeta().resourceVersion("7"));
        V1ConfigMap ours = new V1ConfigMap().metadata(new V1ObjectMeta().resourceVersion("8"));
        bell.awsAuthWritten("8");
        awsAuth.onChange(null, theirs);
        assertThat(bell.take()).containsExactly(Trigger.AWS_AUTH);
        awsAuth.onChange(theirs, ours);
        assertThat(bell.take()).isEmpty();
        awsAuth.onChange(ours, null);
        assertThat(bell.take()).containsExactly(Trigger.AWS_AUTH);
    }

    private void rings(Consumer<V1ObjectMeta> change) {
        mappings.onChange(object(metadata -> {}), object(change));
        assertThat(bell.take()).containsExactly(Trigger.MAPPINGS);
    }

    private static IamIdentityMapping object(Consumer<V1ObjectMeta> change) {
        V1ObjectMeta metadata = new V1ObjectMeta().name("dev").uid("uid").generation(1L).resourceVersion("1");
        change.accept(metadata);
        return new IamIdentityMapping(null, null, metadata, null, null);
    }
}
