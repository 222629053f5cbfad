package dev.iammapper.identity;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Ledger;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a cluster when a principal is explained.
 *
 * @param awsAuth the text that EKS reads
 * @param isThere whether there is an aws-auth at all
 * @param dataKeys all keys of its data, those that nobody reads too
 * @param writers who wrote which keys
 * @param ledger which rows the controller wrote, or null when that is not known
 * @param mappings all mappings, or null when they are not known
 * @param rbac all bindings and roles, or null when none of them is known
 * @param now the time of day
 */
public record Facts(AwsAuthData awsAuth, boolean isThere, Set<String> dataKeys, List<Writer> writers,
        @Nullable Ledger ledger, @Nullable List<IamIdentityMapping> mappings, @Nullable Rbac rbac, Instant now) {

    /** Copies the collections. */
    public Facts {
        dataKeys = Set.copyOf(dataKeys);
        writers = List.copyOf(writers);
        mappings = mappings == null ? null : List.copyOf(mappings);
    }

    /**
     * One field manager of aws-auth.
     *
     * @param manager its name, as {@code eksctl} or {@code kubectl-edit}
     * @param time of its last write, or null when nobody knows
     * @param dataKeys the keys of {@code data} that it owns
     */
    public record Writer(String manager, @Nullable Instant time, Set<String> dataKeys) {
        /** Copies the set. */
        public Writer {
            dataKeys = Set.copyOf(dataKeys);
        }
    }
}
