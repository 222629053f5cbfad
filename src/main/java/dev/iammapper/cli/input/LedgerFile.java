package dev.iammapper.cli.input;

import dev.iammapper.render.YamlNode;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.StoredLedger;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The ledger in a file, as {@code kubectl get configmap iam-identity-mapper-ledger -n kube-system -o yaml} prints it. */
public final class LedgerFile {
    private LedgerFile() {}

    /**
     * Reads it.
     *
     * @throws UnusableInputException if it is not there, or no ledger
     */
    public static StoredLedger read(InputFiles files, String file) throws UnusableInputException {
        List<Manifest> found = files.manifests(List.of(file)).stream().filter(LedgerFile::isOne).toList();
        if (found.size() != 1) {
            throw new UnusableInputException(file + ": holds " + (found.isEmpty() ? "no" : "more than one")
                    + " ConfigMap " + LedgerStore.NAME + "; write what \"kubectl get configmap " + LedgerStore.NAME
                    + " -n kube-system -o yaml\" prints.");
        }
        Map<String, String> data = new HashMap<>();
        Map<String, byte[]> binaryData = new HashMap<>();
        each(found.getFirst(), "data", data::put);
        try {
            each(found.getFirst(), "binaryData",
                    (key, text) -> binaryData.put(key, Base64.getMimeDecoder().decode(text)));
        } catch (IllegalArgumentException e) {
            throw new UnusableInputException(file + ": its binaryData is no base64. Write it as kubectl prints it.");
        }
        StoredLedger ledger = LedgerStore.stored(
                new V1ConfigMap().metadata(new V1ObjectMeta().resourceVersion("0")).data(data).binaryData(binaryData));
        if (ledger instanceof StoredLedger.Malformed(String message)) {
            throw new UnusableInputException(file + ": " + message);
        }
        return ledger;
    }

    private static void each(Manifest manifest, String field, BiConsumer<String, String> take) {
        if (ManifestReader.value(manifest.root(), field) instanceof YamlNode.Mapping map) {
            for (YamlNode.Pair pair : map.pairs()) {
                String text = ManifestReader.text(ManifestReader.target(pair.value()));
                if (pair.key() instanceof YamlNode.Scalar key && text != null) {
                    take.accept(key.value(), text);
                }
            }
        }
    }

    private static boolean isOne(Manifest manifest) {
        return manifest.kind().equals("ConfigMap")
                && ManifestReader.value(manifest.root(), "metadata") instanceof YamlNode.Mapping metadata
                && LedgerStore.NAME.equals(ManifestReader.text(ManifestReader.value(metadata, "name")));
    }
}
