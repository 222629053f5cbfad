package dev.iammapper.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AdmissionregistrationV1Api;
import io.kubernetes.client.openapi.models.V1ValidatingWebhook;
import io.kubernetes.client.openapi.models.V1ValidatingWebhookConfiguration;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One ValidatingWebhookConfiguration, of which nothing but the {@code caBundle} of its webhooks is ever written:
 * everything else belongs to whoever applied it.
 */
public final class WebhookRegistration {
    private final ApiCalls calls;
    private final AdmissionregistrationV1Api api;
    private final String name;

    /**
     * The registration in one cluster.
     *
     * @param time hears each answer
     */
    public WebhookRegistration(KubernetesAccess access, ServerTime time, String name) {
        this.calls = new ApiCalls(access).heardBy(time);
        this.api = new AdmissionregistrationV1Api(calls.client());
        this.name = name;
    }

    /**
     * A configuration as it was read.
     *
     * @param bundles the {@code caBundle} of each webhook, empty where it has none
     */
    public record Registered(String resourceVersion, List<byte[]> bundles) {
        /** Copies the list. */
        public Registered {
            bundles = List.copyOf(bundles);
        }
    }

    /** What it is called, for people. */
    public String description() {
        return "ValidatingWebhookConfiguration " + name;
    }

    /**
     * Reads it now, from the API server; null when there is none.
     *
     * @throws StoreException if the answer is not to be had
     */
    public @Nullable Registered read() {
        ApiAction get = action("get");
        try {
            return registered(calls.send(get, V1ValidatingWebhookConfiguration.class,
                    () -> api.readValidatingWebhookConfiguration(name).buildCall(null)));
        } catch (ApiException e) {
            if (e.getCode() == 404) {
                return null;
            }
            throw calls.failure(get, e);
        }
    }

    /**
     * Gives every webhook this {@code caBundle} if nobody wrote since {@code base} was read.
     *
     * @throws StoreException if the answer is not to be had; the write may have happened all the same
     */
    public WriteResult<Registered> write(Registered base, String bundle) {
        ApiAction action = action("patch");
        JsonArray patch = new JsonArray();
        patch.add(operation("test", "/metadata/resourceVersion", base.resourceVersion()));
        String encoded = Base64.getEncoder().encodeToString(bundle.getBytes(StandardCharsets.UTF_8));
        for (int index = 0; index < base.bundles().size(); index++) {
            patch.add(operation("add", "/webhooks/" + index + "/clientConfig/caBundle", encoded));
        }
        try {
            return new WriteResult.Written<>(registered(calls.sendPatch(action, V1Patch.PATCH_FORMAT_JSON_PATCH,
                    V1ValidatingWebhookConfiguration.class,
                    () -> api.patchValidatingWebhookConfiguration(name, new V1Patch(patch.toString()))
                            .fieldManager(AwsAuthStore.FIELD_MANAGER).buildCall(null))));
        } catch (ApiException e) {
            if (ApiFailure.isMissingPermission(e)) {
                return new WriteResult.MissingPermission<>(action, ApiFailure.missingPermission(action, e));
            }
            if (e.getCode() == 404 || e.getCode() == 409) {
                return new WriteResult.Conflict<>();
            }
            if (ApiFailure.isRejection(e)) {
                return conflictOrRejection(base, e);
            }
            throw calls.failure(action, e);
        }
    }

    /** A test that fails is answered like any patch that makes no sense: only a fresh look tells the two apart. */
    private WriteResult<Registered> conflictOrRejection(Registered base, ApiException e) {
        Registered now = read();
        return now == null || !now.resourceVersion().equals(base.resourceVersion())
                ? new WriteResult.Conflict<>()
                : new WriteResult.Rejected<>(ApiFailure.message(e));
    }

    private static JsonObject operation(String op, String path, String value) {
        JsonObject operation = new JsonObject();
        operation.addProperty("op", op);
        operation.addProperty("path", path);
        operation.addProperty("value", value);
        return operation;
    }

    private static Registered registered(V1ValidatingWebhookConfiguration configuration) {
        List<V1ValidatingWebhook> webhooks = configuration.getWebhooks();
        return new Registered(
                Objects.requireNonNull(
                        Objects.requireNonNull(configuration.getMetadata(), "stored objects have metadata")
                                .getResourceVersion(),
                        "stored objects have a version"),
                webhooks == null ? List.of() : webhooks.stream().map(WebhookRegistration::bundle).toList());
    }

    private static byte[] bundle(V1ValidatingWebhook webhook) {
        byte[] bundle = webhook.getClientConfig() == null ? null : webhook.getClientConfig().getCaBundle();
        return bundle == null ? new byte[0] : bundle;
    }

    private ApiAction action(String verb) {
        return new ApiAction(verb, "admissionregistration.k8s.io", "validatingwebhookconfigurations", null, name);
    }
}
