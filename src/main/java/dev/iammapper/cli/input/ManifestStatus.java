package dev.iammapper.cli.input;

import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.render.YamlNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the status in a mapping that {@code kubectl get -o yaml} printed; what is out of shape is absent. */
final class ManifestStatus {
    private static final int MOST_DIGITS = 18;

    private ManifestStatus() {}

    static IamIdentityMappingStatus read(YamlNode.Mapping status) {
        List<MappingCondition> conditions = new ArrayList<>();
        if (ManifestReader.value(status, "conditions") instanceof YamlNode.Sequence list) {
            for (YamlNode item : list.items()) {
                if (ManifestReader.target(item) instanceof YamlNode.Mapping condition) {
                    conditions.add(new MappingCondition(text(condition, "type"), text(condition, "status"),
                            text(condition, "reason"), text(condition, "message"),
                            text(condition, "lastTransitionTime"), number(condition, "observedGeneration")));
                }
            }
        }
        return new IamIdentityMappingStatus(text(status, "canonicalARN"), text(status, "userID"),
                number(status, "observedGeneration"), conditions);
    }

    private static @Nullable String text(YamlNode.Mapping map, String key) {
        return ManifestReader.text(ManifestReader.value(map, key));
    }

    private static @Nullable Long number(YamlNode.Mapping map, String key) {
        return ManifestReader.value(map, key) instanceof YamlNode.Scalar scalar
                && scalar.value().matches("[0-9]{1," + MOST_DIGITS + "}") ? Long.valueOf(scalar.value()) : null;
    }
}
