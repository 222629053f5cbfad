package dev.iammapper.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Puts a bearer token on each request. One that the server does not accept is fetched anew and the request repeated
 * once, because tokens expire while a long run lasts.
 */
final class BearerToken implements Interceptor {
    private static final int NOT_ACCEPTED = 401;

    private final Source source;

    BearerToken(Source source) {
        this.source = source;
    }

    /** Where tokens come from; called from several threads. */
    interface Source {
        /** The token to use now. */
        String token() throws CredentialException;

        /** The token to use after {@code refused} was not accepted: the same one when there is no other. */
        String tokenAfter(String refused) throws CredentialException;
    }

    /** A token that never changes. */
    static Source fixed(String token) {
        return new Source() {
            @Override
            public String token() {
                return token;
            }

            @Override
            public String tokenAfter(String refused) {
                return token;
            }
        };
    }

    /** A file that the kubelet, or somebody else, renews: read for each request, which costs microseconds. */
    static Source file(Path file) {
        return new Source() {
            @Override
            public String token() throws CredentialException {
                try {
                    String token = Files.readString(file).strip();
                    if (token.isEmpty()) {
                        throw new CredentialException("the token file " + file + " is empty");
                    }
                    return token;
                } catch (CredentialException e) {
                    throw e;
                } catch (IOException e) {
                    throw new CredentialException("cannot read the token file " + file + ": " + e.getMessage());
                }
            }

            @Override
            public String tokenAfter(String refused) throws CredentialException {
                return token();
            }
        };
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        String token = source.token();
        Response response = send(chain, token);
        if (response.code() != NOT_ACCEPTED) {
            return response;
        }
        String another = source.tokenAfter(token);
        if (another.equals(token)) {
            return response;
        }
        response.close();
        return send(chain, another);
    }

    private static Response send(Chain chain, String token) throws IOException {
        return chain.proceed(chain.request().newBuilder().header("Authorization", "Bearer " + token).build());
    }
}
