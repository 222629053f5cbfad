package dev.iammapper.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AdmissionregistrationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.DiscoveryV1Api;
import io.kubernetes.client.openapi.apis.VersionApi;
import io.kubernetes.client.openapi.models.V1Lease;
import io.kubernetes.client.openapi.models.V1LeaseSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Live reads of what an installation is made of, besides aws-auth, the mappings and what the controller keeps. */
public final class InstallationReads {
    private static final Duration USUAL_LEASE = Duration.ofSeconds(15);

    private final KubernetesAccess access;
    private final ApiCalls calls;

    /** The reads of one cluster. */
    public InstallationReads(KubernetesAccess access) {
        this.access = access;
        this.calls = new ApiCalls(access);
    }

    /**
     * The Lease that the leader holds.
     *
     * @param holder empty when it was released
     * @param renewed by the holder's clock, or null when it never was
     * @param duration after which others take over
     */
    public record Leader(String holder, @Nullable Instant renewed, Duration duration) {}

    /**
     * One webhook of a registration.
     *
     * @param caBundle certificates in PEM, empty when there are none
     * @param service namespace and name with a slash between, or null when the webhook has a URL
     */
    public record Webhook(String name, String failurePolicy, String caBundle, @Nullable String service) {}

    /**
     * The API server's version, as {@code v1.35.4}.
     *
     * @throws StoreException if the answer is not to be had
     */
    public String serverVersion() {
        JsonObject version = ask(new ApiAction("get", "", "/version", null, null), JsonObject.class,
                () -> new VersionApi(calls.client()).getCode().buildCall(null));
        return version == null ? "" : text(version, "gitVersion");
    }

    /**
     * The leader, or null when nobody ever led.
     *
     * @throws StoreException if the answer is not to be had
     */
    public @Nullable Leader leader() {
        V1Lease lease = new KubernetesLease(access, LeaderElector.LEASE_NAME, Duration.ofSeconds(10)).get();
        if (lease == null) {
            return null;
        }
        V1LeaseSpec spec = lease.getSpec() == null ? new V1LeaseSpec() : lease.getSpec();
        return new Leader(Objects.requireNonNullElse(spec.getHolderIdentity(), ""),
                spec.getRenewTime() == null ? null : spec.getRenewTime().toInstant(),
                spec.getLeaseDurationSeconds() == null
                        ? USUAL_LEASE
                        : Duration.ofSeconds(spec.getLeaseDurationSeconds()));
    }

    /**
     * The webhooks of a ValidatingWebhookConfiguration, or null when there is none of that name.
     *
     * @throws StoreException if the answer is not to be had
     */
    public @Nullable List<Webhook> webhooks(String configuration) {
        JsonObject found = ask(new ApiAction("get", "admissionregistration.k8s.io", "validatingwebhookconfigurations",
                null, configuration), JsonObject.class,
                () -> new AdmissionregistrationV1Api(calls.client()).readValidatingWebhookConfiguration(configuration)
                        .buildCall(null));
        return found == null ? null : list(found, "webhooks").stream().map(InstallationReads::webhook).toList();
    }

    private static Webhook webhook(JsonObject webhook) {
        JsonObject client = inner(webhook, "clientConfig");
        String bundle = text(client, "caBundle");
        return new Webhook(text(webhook, "name"), text(webhook, "failurePolicy"),
                new String(Base64.getDecoder().decode(bundle), StandardCharsets.UTF_8),
                client.get("service") instanceof JsonObject service
                        ? text(service, "namespace") + "/" + text(service, "name")
                        : null);
    }

    /**
     * How many Pods behind a Service are ready, or null when there is no such Service.
     *
     * @throws StoreException if the answer is not to be had
     */
    public @Nullable Integer readyEndpoints(String namespace, String service) {
        CoreV1Api core = new CoreV1Api(calls.client());
        if (ask(new ApiAction("get", "", "services", namespace, service), JsonObject.class,
                () -> core.readNamespacedService(service, namespace).buildCall(null)) == null) {
            return null;
        }
        JsonObject slices = ask(new ApiAction("list", "discovery.k8s.io", "endpointslices", namespace, null),
                JsonObject.class, () -> new DiscoveryV1Api(calls.client()).listNamespacedEndpointSlice(namespace)
                        .labelSelector("kubernetes.io/service-name=" + service).buildCall(null));
        return slices == null
                ? 0
                : (int) list(slices, "items").stream().flatMap(slice -> list(slice, "endpoints").stream())
                        .filter(endpoint -> !text(inner(endpoint, "conditions"), "ready").equals("false")).count();
    }

    /** The answer, or null when there is no such object. */
    private <T> @Nullable T ask(ApiAction action, Class<T> type, ApiCalls.Source call) {
        try {
            return calls.send(action, type, call);
        } catch (ApiException e) {
            if (e.getCode() == 404) {
                return null;
            }
            throw calls.failure(action, e);
        }
    }

    private static JsonObject inner(JsonObject object, String field) {
        return object.get(field) instanceof JsonObject inner ? inner : new JsonObject();
    }

    private static List<JsonObject> list(JsonObject object, String field) {
        List<JsonObject> items = new ArrayList<>();
        if (object.get(field) instanceof JsonArray list) {
            for (JsonElement item : list) {
                if (item instanceof JsonObject each) {
                    items.add(each);
                }
            }
        }
        return items;
    }

    private static String text(JsonObject object, String field) {
        JsonElement value = object.get(field);
        return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
    }
}
