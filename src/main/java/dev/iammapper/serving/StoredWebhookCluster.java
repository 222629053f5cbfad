package dev.iammapper.serving;

import dev.iammapper.certificate.Times;
import dev.iammapper.store.SecretStore;
import dev.iammapper.store.SecretStore.StoredSecret;
import dev.iammapper.store.ServerTime;
import dev.iammapper.store.WebhookRegistration;
import dev.iammapper.store.WebhookRegistration.Registered;
import dev.iammapper.store.WriteResult;
import java.util.Map;
import lombok.RequiredArgsConstructor;
import org.jspecify.annotations.Nullable;

/** The real one. */
@RequiredArgsConstructor
public final class StoredWebhookCluster implements WebhookCluster {
    private final SecretStore secrets;
    private final WebhookRegistration registration;
    private final ServerTime time;

    @Override
    public String secretName() {
        return secrets.description();
    }

    @Override
    public String registrationName() {
        return registration.description();
    }

    @Override
    public StoredSecret secret() {
        return secrets.read();
    }

    @Override
    public WriteResult<StoredSecret> writeSecret(StoredSecret base, Map<String, @Nullable String> changes) {
        return secrets.write(base, changes);
    }

    @Override
    public @Nullable Registered registration() {
        return registration.read();
    }

    @Override
    public WriteResult<Registered> writeBundle(Registered base, String bundle) {
        return registration.write(base, bundle);
    }

    @Override
    public Times times() {
        return new Times(time.now(), time.here());
    }
}
