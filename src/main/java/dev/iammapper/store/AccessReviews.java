package dev.iammapper.store;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AuthorizationV1Api;
import io.kubernetes.client.openapi.models.V1ResourceAttributes;
import io.kubernetes.client.openapi.models.V1SubjectAccessReview;
import io.kubernetes.client.openapi.models.V1SubjectAccessReviewSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the API server what somebody may do. */
public final class AccessReviews {
    private static final ApiAction CREATE = new ApiAction("create", "authorization.k8s.io", "subjectaccessreviews",
            null, null);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ApiCalls calls;
    private final AuthorizationV1Api api;

    /** The reviews of one cluster. */
    public AccessReviews(KubernetesAccess access) {
        this.calls = new ApiCalls(access);
        this.api = new AuthorizationV1Api(calls.client());
    }

    /**
     * Somebody, as the API server authenticated them.
     *
     * @param extra what the authenticator knew besides
     */
    public record Subject(String username, String uid, List<String> groups, Map<String, List<String>> extra) {
        /** Copies the collections. */
        public Subject {
            groups = List.copyOf(groups);
            extra = Map.copyOf(extra);
        }
    }

    /**
     * Whether somebody may impersonate a user or a group.
     *
     * @param resource {@code users} or {@code groups}
     * @param name the user or group, or null for every one
     * @throws StoreException if the answer is not to be had within {@code limit}
     */
    public boolean mayImpersonate(Subject subject, String resource, @Nullable String name, Duration limit) {
        return allows(subject, new V1ResourceAttributes().verb("impersonate").resource(resource).name(name), limit);
    }

    /**
     * Whether somebody may do something.
     *
     * @throws StoreException if the answer is not to be had
     */
    public boolean may(Subject subject, ApiAction action) {
        String[] resource = action.resource().split("/", 2);
        return allows(subject, new V1ResourceAttributes().verb(action.verb()).group(action.group())
                .resource(resource[0]).subresource(resource.length == 1 ? null : resource[1])
                .namespace(action.namespace()).name(action.name()), PATIENCE);
    }

    private boolean allows(Subject subject, V1ResourceAttributes action, Duration limit) {
        V1SubjectAccessReview review = new V1SubjectAccessReview().spec(new V1SubjectAccessReviewSpec()
                .user(subject.username()).uid(subject.uid()).groups(subject.groups()).extra(subject.extra())
                .resourceAttributes(action));
        try {
            JsonObject answer = calls.within(limit).send(CREATE, JsonObject.class,
                    () -> api.createSubjectAccessReview(review).buildCall(null));
            return answer.get("status") instanceof JsonObject status && status.has("allowed")
                    && status.get("allowed").getAsBoolean();
        } catch (ApiException e) {
            throw calls.failure(CREATE, e);
        }
    }
}
