package dev.iammapper.api;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import org.jspecify.annotations.Nullable;

/**
 * One {@code IAMIdentityMapping} as the API server stores it.
 *
 * @param apiVersion {@link #API_VERSION}, absent inside lists
 * @param kind {@link #KIND}, absent inside lists
 * @param metadata absent only in text that no API server made
 * @param spec absent in objects that were written for the upstream schema, which does not require it
 * @param status absent until a controller has looked at the object
 */
public record IamIdentityMapping(@Nullable String apiVersion, @Nullable String kind, @Nullable V1ObjectMeta metadata,
        @Nullable IamIdentityMappingSpec spec, @Nullable IamIdentityMappingStatus status) implements KubernetesObject {

    /** The API group, shared with aws-iam-authenticator whose resource this extends. */
    public static final String GROUP = "iamauthenticator.k8s.aws";

    /** The only version. */
    public static final String VERSION = "v1alpha1";

    /** Group and version as objects carry them. */
    public static final String API_VERSION = GROUP + "/" + VERSION;

    /** The kind on the wire. */
    public static final String KIND = "IAMIdentityMapping";

    /** The resource in URLs. */
    public static final String PLURAL = "iamidentitymappings";

    /** The name of the CustomResourceDefinition. */
    public static final String CRD_NAME = PLURAL + "." + GROUP;

    /**
     * Says that a foreign row of the same principal may become ours: {@code "true"}, or {@code "node"} for node rows.
     */
    public static final String ADOPT_ANNOTATION = "iammapper.dev/adopt";

    /** Says, with {@link #PROTECTED}, that the grant of the object must stay as it is. */
    public static final String PROTECTED_LABEL = "iammapper.dev/protected";

    /** The one value of {@link #PROTECTED_LABEL} that protects. */
    public static final String PROTECTED = "true";

    @Override
    public @Nullable String getApiVersion() {
        return apiVersion;
    }

    @Override
    public @Nullable String getKind() {
        return kind;
    }

    @Override
    public @Nullable V1ObjectMeta getMetadata() {
        return metadata;
    }
}
