package dev.iammapper.serving;

import dev.iammapper.certificate.Times;
import dev.iammapper.store.SecretStore.StoredSecret;
import dev.iammapper.store.WebhookRegistration.Registered;
import dev.iammapper.store.StoreException;
import dev.iammapper.store.WriteResult;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the replicas share in the cluster. Every call may throw a {@link StoreException}. */
public interface WebhookCluster {

    /** The Secret, for people. */
    String secretName();

    /** The webhook configuration, for people. */
    String registrationName();

    /** Reads the Secret. */
    StoredSecret secret();

    /** Changes the Secret if it is still as it was read. */
    WriteResult<StoredSecret> writeSecret(StoredSecret base, Map<String, @Nullable String> changes);

    /** Reads the webhook configuration; null when there is none. */
    @Nullable
    Registered registration();

    /** Changes the {@code caBundle} of all webhooks if the configuration is still as it was read. */
    WriteResult<Registered> writeBundle(Registered base, String bundle);

    /** What time it is. */
    Times times();
}
