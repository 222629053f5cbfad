package dev.iammapper.store;

import dev.iammapper.render.AwsAuthData;

/** The ConfigMap {@code kube-system/aws-auth}: live reads, and writes that touch nothing but the rows' two keys. */
@SuppressWarnings("DoNotCallSuggester")
public final class AwsAuthStore {
    /** The name under which our writes stand in {@code managedFields}. */
    public static final String FIELD_MANAGER = "iam-identity-mapper";

    /** The store of one cluster. */
    public AwsAuthStore(KubernetesAccess access) {}

    /**
     * Reads it now, from the API server.
     *
     * @throws StoreException if the answer is not to be had
     */
    public StoredAwsAuth read() {
        throw new UnsupportedOperationException();
    }

    /**
     * Stores {@code next} if nobody wrote since {@code base} was read: {@code mapRoles} and {@code mapUsers} as far as
     * they differ; everything else stays byte for byte. Creates the ConfigMap where there was none.
     *
     * @throws StoreException if the answer is not to be had; the write may have happened all the same
     */
    public WriteResult<StoredAwsAuth> write(StoredAwsAuth base, AwsAuthData next) {
        throw new UnsupportedOperationException();
    }
}
