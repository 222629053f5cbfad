package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.iammapper.store.StoreException.Kind;
import io.kubernetes.client.openapi.ApiException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiFailureTest {
    private static final String SERVER = "https://127.0.0.1:6443";
    private static final ApiAction PATCH = new ApiAction("patch", "", "configmaps", "kube-system", "aws-auth");

    @Test
    void aMissingPermissionNamesVerbAndResourceAndTheRuleThatGrantsIt() {
        StoreException failure = ApiFailure.of(PATCH,
                status(403, "configmaps \"aws-auth\" is forbidden: User \"system:serviceaccount:x:y\" cannot patch"
                        + " resource \"configmaps\" in API group \"\" in the namespace \"kube-system\""),
                SERVER);
        assertThat(failure.kind()).isEqualTo(Kind.FORBIDDEN);
        assertThat(failure).hasMessageContaining("not allowed to patch configmaps kube-system/aws-auth")
                .hasMessageContaining("a Role in namespace kube-system with the rule {apiGroups: [\"\"], resources:"
                        + " [\"configmaps\"], resourceNames: [\"aws-auth\"], verbs: [\"patch\"]}")
                .hasMessageContaining("system:serviceaccount:x:y");
    }

    @Test
    void aCreationIsGrantedWithoutANameBecauseRbacCannotLimitIt() {
        assertThat(new ApiAction("create", "", "configmaps", "kube-system", "aws-auth").grant())
                .doesNotContain("resourceNames");
        assertThat(new ApiAction("list", "iamauthenticator.k8s.aws", "iamidentitymappings", null, null).grant())
                .startsWith("a ClusterRole with the rule");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "403 | configmaps \"a\" is forbidden: User \"u\" cannot patch resource \"configmaps\" in API group | false",
            "403 | configmaps is forbidden: User \"u\" cannot create resource \"configmaps\" in API group \"\"  | false",
            "403 | configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied: no     | true",
            "403 | admission webhook \"w\" denied the request: User \"u\" cannot patch resource \"x\"           | true",
            "403 | configmaps \"a\" is forbidden: exceeded quota: q                                             | true",
            "422 | ConfigMap \"a\" is invalid: []: Too long: may not be more than 1048576 bytes                 | true",
            "413 | Request entity too large: limit is 3145728                                                   | true",
            "400 | admission webhook \"w\" denied the request: bad                                              | true",
            "409 | admission webhook \"w\" denied the request: not now                                          | true",
            "500 | etcdserver: request is too large                                                             | true",
            "500 | Internal error occurred: failed calling webhook \"w\": timeout                               | false",
            "409 | Operation cannot be fulfilled on configmaps \"a\": the object has been modified              | false",
            "429 | too many requests                                                                            | false",
            "503 | apiserver not ready                                                                          | false"})
    void onlyRefusedContentIsARejection(int code, String message, boolean rejection) {
        assertThat(ApiFailure.isRejection(status(code, message))).isEqualTo(rejection);
    }

    @Test
    void whatHappensOnTheWayIsSaidInOneLine() {
        assertThat(said(new ConnectException("Failed to connect to /127.0.0.1:6443")))
                .contains("cannot reach " + SERVER);
        assertThat(said(new UnknownHostException("x"))).contains("cannot be resolved");
        assertThat(said(new SSLHandshakeException("PKIX path building failed"))).contains("no secure connection",
                "PKIX");
        assertThat(said(new SocketTimeoutException("timeout"))).contains("in time");
        assertThat(said(new EOFException())).contains("broke");
        assertThat(said(new CredentialException("the token file /x is empty"))).contains("the token file /x is empty");
    }

    @Test
    void anAnswerThatIsNoStatusIsShownShortened() {
        StoreException failure = ApiFailure.of(PATCH,
                new ApiException(502, Map.of(), "<html>\n<body>\n" + "bad gateway ".repeat(500) + "</html>"), SERVER);
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure.getMessage()).contains("502", "bad gateway").doesNotContain("\n").hasSizeLessThan(800);
    }

    @Test
    void credentialsThatAreNotAcceptedAreAKindOfTheirOwn() {
        assertThat(ApiFailure.of(PATCH, status(401, "Unauthorized"), SERVER).kind()).isEqualTo(Kind.UNAUTHENTICATED);
    }

    private static String said(IOException e) {
        StoreException failure = ApiFailure.of(PATCH, new ApiException(e), SERVER);
        assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(failure.getMessage()).startsWith("cannot patch configmaps kube-system/aws-auth: ")
                .doesNotContain("\n");
        return failure.getMessage();
    }

    private static ApiException status(int code, String message) {
        JsonObject status = new JsonObject();
        status.addProperty("kind", "Status");
        status.addProperty("message", message);
        return new ApiException(code, Map.of(), status.toString());
    }
}
