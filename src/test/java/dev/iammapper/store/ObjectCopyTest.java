package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectCopyTest {
    private final List<String> told = new ArrayList<>();
    private final ObjectCopy<V1ConfigMap> copy = new ObjectCopy<>((before, after) -> told
            .add((before == null ? "+" : after == null ? "-" : "~") + (after == null ? before : after).getMetadata()
                    .getName()));

    @Test
    void aListThatBeganBeforeADoubtIsNotTakenOver() {
        copy.replaceAll(List.of(object("a", "1")), copy.doubts());
        long before = copy.doubts();
        copy.doubt();

        assertThat(copy.replaceAll(List.of(object("b", "2")), before)).isFalse();
        assertThat(copy.synced()).isFalse();
        assertThat(copy.snapshot()).containsExactly(object("a", "1"));
        assertThat(told).containsExactly("+a");
    }

    @Test
    void aListThatBeginsAfterADoubtAnswersIt() {
        copy.doubt();

        assertThat(copy.replaceAll(List.of(object("b", "2")), copy.doubts())).isTrue();
        assertThat(copy.synced()).isTrue();
        assertThat(told).containsExactly("+b");
    }

    @Test
    void whatAListDoesNotHoldIsToldAsGone() {
        copy.replaceAll(List.of(object("a", "1"), object("b", "1")), copy.doubts());
        told.clear();
        copy.replaceAll(List.of(object("b", "2"), object("c", "2")), copy.doubts());
        assertThat(told).containsExactly("-a", "~b", "+c");
    }

    private static V1ConfigMap object(String name, String version) {
        return new V1ConfigMap().metadata(new V1ObjectMeta().name(name).resourceVersion(version));
    }
}
