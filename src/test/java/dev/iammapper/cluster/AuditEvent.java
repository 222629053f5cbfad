package dev.iammapper.cluster;

import java.time.Instant;

/**
 * One finished request, as the API server recorded it; what does not apply to a request is the empty string.
 *
 * @param verb get, list, watch, create, update, patch, delete or deletecollection; a watch is recorded when it ends
 * @param resource the plural, such as configmaps
 * @param subresource such as status
 * @param user such as system:serviceaccount:NAMESPACE:NAME
 * @param uri path and query
 * @param code the HTTP status of the response
 * @param received when the API server got it
 */
public record AuditEvent(String verb, String resource, String subresource, String namespace, String name, String user,
        String userAgent, String uri, int code, Instant received) {

    /** Whether it is a request of this kind for the resource itself, not for one of its subresources. */
    public boolean is(String askedVerb, String askedResource) {
        return is(askedVerb, askedResource, "");
    }

    /** Whether it is a request of this kind for a subresource. */
    public boolean is(String askedVerb, String askedResource, String askedSubresource) {
        return verb.equals(askedVerb) && resource.equals(askedResource) && subresource.equals(askedSubresource);
    }

    /** Whether it could change an object. */
    public boolean isWrite() {
        return switch (verb) {
            case "create", "update", "patch", "delete", "deletecollection" -> true;
            default -> false;
        };
    }

    public boolean isSuccessful() {
        return code >= 200 && code < 300;
    }
}
