package dev.iammapper.architecture.offences.app;

import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;

/** Writes behind the store's back. */
final class AppThatWrites {
    private AppThatWrites() {}

    static void write(CoreV1Api core) throws ApiException {
        core.replaceNamespacedConfigMap("aws-auth", "kube-system", new V1ConfigMap()).execute();
    }
}
