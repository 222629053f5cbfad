package dev.iammapper.store;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.util.ProxyContentTypeRequestBody;
import io.kubernetes.client.custom.V1Patch;
import java.time.Duration;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Sends a call and sorts what comes back: an answer, a refusal for the caller to judge ({@link ApiException} with its
 * status code), or a failure ({@link StoreException}).
 */
final class ApiCalls {
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final ApiClient client;
    private final OkHttpClient http;
    private final String server;

    /** Calls with the usual time limits. */
    ApiCalls(KubernetesAccess access) {
        this(access.unary(), access.unary().getHttpClient(), access.server());
    }

    private ApiCalls(ApiClient client, OkHttpClient http, String server) {
        this.client = client;
        this.http = http;
        this.server = server;
    }

    /** The same calls, each ended after this time if that comes before the usual one. */
    ApiCalls within(Duration limit) {
        Duration usual = Duration.ofMillis(http.callTimeoutMillis());
        // The client takes zero for no limit.
        Duration atLeast = limit.compareTo(SHORTEST) > 0 ? limit : SHORTEST;
        return atLeast.compareTo(usual) < 0 ? new ApiCalls(client, bounded(atLeast), server) : this;
    }

    /** Each step is bounded too: a call that is given up before it has a connection waits for one all the same. */
    private OkHttpClient bounded(Duration limit) {
        long most = limit.toMillis();
        return http.newBuilder().callTimeout(limit)
                .connectTimeout(Duration.ofMillis(Math.min(most, http.connectTimeoutMillis())))
                .readTimeout(Duration.ofMillis(Math.min(most, http.readTimeoutMillis())))
                .writeTimeout(Duration.ofMillis(Math.min(most, http.writeTimeoutMillis()))).build();
    }

    /** The same calls, each answer of which passes by the listener. */
    ApiCalls heardBy(Interceptor listener) {
        return new ApiCalls(client, http.newBuilder().addInterceptor(listener).build(), server);
    }

    /** The client from which calls are built. */
    ApiClient client() {
        return client;
    }

    /** Builds a call, as the request objects of the generated API do. */
    interface Source {
        /** The call, not yet sent. */
        Call build() throws ApiException;
    }

    /** Sends the call and reads the answer as {@code type}. */
    <T> T send(ApiAction action, Class<T> type, Source source) throws ApiException {
        try {
            return read(action, type, source.build().request());
        } catch (ApiException e) {
            throw answered(action, e);
        }
    }

    /**
     * Sends the call, whose body is a {@link V1Patch}.
     *
     * @param format one of the constants of {@link V1Patch}
     */
    <T> T sendPatch(ApiAction action, String format, Class<T> type, Source source) throws ApiException {
        try {
            Request request = source.build().request();
            var body = new ProxyContentTypeRequestBody(request.body(), format);
            return read(action, type, request.newBuilder().patch(body).build());
        } catch (ApiException e) {
            throw answered(action, e);
        }
    }

    /** The failure that an answer amounts to, for a caller who makes nothing else of it. */
    StoreException failure(ApiAction action, ApiException e) {
        return ApiFailure.of(action, e, server);
    }

    /** The failure to make sense of an answer that is JSON, but not what was asked for. */
    StoreException unreadable(ApiAction action, RuntimeException e) {
        return ApiFailure.unreadable(action, e, server);
    }

    private <T> T read(ApiAction action, Class<T> type, Request request) throws ApiException {
        @Nullable
        T data;
        try {
            data = client.<T>execute(http.newCall(request), type).getData();
        } catch (RuntimeException e) {
            // Broken JSON, a body that is cut short: the client lets these out as they are.
            throw unreadable(action, e);
        }
        if (data == null) {
            throw ApiFailure.unreadable(action, null, server);
        }
        return data;
    }

    private ApiException answered(ApiAction action, ApiException e) {
        if (e.getCode() == 0) {
            throw ApiFailure.of(action, e, server);
        }
        return e;
    }
}
