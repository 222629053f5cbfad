package dev.iammapper.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.Oracle;
import dev.iammapper.cluster.Oracle.Canonicalized;
import dev.iammapper.cluster.OracleReading;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The authenticator's own code recognises callers by the ARNs that we write. */
class PrincipalOracleIT {
    private static final String ROLES = "mapRoles";
    private static final String USERS = "mapUsers";

    @Test
    void callerHasTheKeyOfThePrincipal() {
        List<PrincipalArn> principals = principals();

        List<Canonicalized> callers = Oracle.shared()
                .canonicalize(principals.stream().map(PrincipalOracleIT::caller).toList());

        assertThat(callers).extracting(Canonicalized::error).containsOnly("");
        assertThat(callers).extracting(caller -> PrincipalKey.of(caller.canonical()))
                .isEqualTo(principals.stream().map(PrincipalArn::key).toList());
    }

    @Test
    void rowWithTheCanonicalArnMatchesItsCaller() {
        for (PrincipalArn principal : principals()) {
            String section = principal.kind() == PrincipalArn.Kind.ROLE ? ROLES : USERS;
            String row = "- %s: \"%s\"\n  username: \"u\"\n".formatted(section.equals(ROLES) ? "rolearn" : "userarn",
                    principal.canonical().replace("\\", "\\\\").replace("\"", "\\\""));

            String caller = Oracle.shared().canonicalize(List.of(caller(principal))).getFirst().canonical();
            OracleReading reading = Oracle.shared().read(section.equals(ROLES) ? row : null,
                    section.equals(USERS) ? row : null, null, List.of(caller));

            assertThat(reading.lookup(caller).identity())
                    .isEqualTo(new OracleReading.Identity(section, "u", List.of()));
        }
    }

    /** What STS reports of a caller: a role without its path and with a session. */
    private static String caller(PrincipalArn principal) {
        return switch (principal.kind()) {
            case ROLE -> "arn:" + principal.partition() + ":sts::" + principal.accountId() + ":assumed-role/"
                    + principal.name() + "/session@example.com";
            case USER, ROOT, FEDERATED_USER -> principal.canonical();
        };
    }

    private static List<PrincipalArn> principals() {
        Stream<PrincipalArn> ofCorpus = CorpusObject.all().filter(CorpusObject::good)
                .map(object -> switch (MappingParser.parse(object.read())) {
                    case ParsedMapping.Valid(IdentityMapping mapping) -> mapping.principal();
                    case ParsedMapping.Invalid invalid -> throw new AssertionError(invalid);
                });
        return Stream.concat(ofCorpus, Principals.random(11).limit(500)).distinct().toList();
    }
}
