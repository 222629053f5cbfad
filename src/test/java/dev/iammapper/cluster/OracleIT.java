package dev.iammapper.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.Oracle.Canonicalized;
import dev.iammapper.cluster.OracleReading.Identity;
import dev.iammapper.cluster.OracleReading.Role;
import dev.iammapper.cluster.OracleReading.User;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the authenticator makes of aws-auth, in the cases that decide how this project reads and writes it. */
class OracleIT {

    private static final String DEV = "arn:aws:iam::111122223333:role/Dev";

    private final Oracle oracle = Oracle.shared();

    @Test
    void aRowMapsItsRoleWhateverTheLetterCase() {
        OracleReading reading = roles("""
                - rolearn: arn:aws:iam::111122223333:role/Dev
                  username: dev
                  groups:
                  - team
                """, DEV, "arn:aws:iam::111122223333:role/DEV", "arn:aws:iam::111122223333:role/Ops");

        assertThat(reading.errors()).isEmpty();
        assertThat(reading.lookups().get(0).identity()).isEqualTo(role("dev", "team"));
        assertThat(reading.lookups().get(1).identity()).isEqualTo(role("dev", "team"));
        assertThat(reading.lookups().get(2).isMapped()).isFalse();
    }

    @Test
    void aSyntaxErrorEmptiesItsSectionOnly() {
        OracleReading reading = oracle.read("- rolearn: " + DEV + "\n  username: {{SessionName}}\n",
                "- {userarn: \"arn:aws:iam::111122223333:user/ann\", username: ann}", "['444455556666']",
                List.of(DEV, "arn:aws:iam::111122223333:user/ann"));

        assertThat(reading.errors()).containsOnlyKeys("mapRoles");
        assertThat(reading.roles()).isEmpty();
        assertThat(reading.users()).hasSize(1);
        assertThat(reading.accounts()).containsExactly("444455556666");
        assertThat(reading.lookup(DEV).isMapped()).isFalse();
        assertThat(reading.lookup("arn:aws:iam::111122223333:user/ann").identity())
                .isEqualTo(new Identity("mapUsers", "ann", List.of()));
    }

    @Test
    void aFieldOfAWrongTypeIsLostAndItsRowStays() {
        OracleReading reading = roles("""
                - {rolearn: "%s", username: yes, groups: system:masters}
                - {rolearn: "arn:aws:iam::111122223333:role/Ops", username: ops, groups: [a, 1, b]}
                """.formatted(DEV));

        assertThat(reading.errors()).containsOnlyKeys("mapRoles");
        assertThat(reading.roles()).containsExactly(new Role(DEV, null, "", List.of(), ""),
                new Role("arn:aws:iam::111122223333:role/Ops", null, "ops", List.of("a", "", "b"), ""));
    }

    @Test
    void aRowWithoutPrincipalIsDroppedAlone() {
        OracleReading reading = roles("- username: nobody\n- null\n- text\n- {rolearn: " + DEV + ", username: dev}\n");

        assertThat(reading.roles()).extracting(Role::username).containsExactly("dev");
    }

    @Test
    void theLastOfTwoRowsForARoleWins() {
        OracleReading reading = roles("""
                - {rolearn: "arn:aws:iam::111122223333:role/Dev", username: first, groups: [a]}
                - {rolearn: "arn:aws:iam::111122223333:role/dev", username: last, groups: [b]}
                """, DEV);

        assertThat(reading.roles()).hasSize(2);
        assertThat(reading.lookup(DEV).identity()).isEqualTo(role("last", "b"));
    }

    @Test
    void userRowsThatDifferInLetterCaseAreAmbiguous() {
        OracleReading reading = oracle.read(null, """
                - {userarn: "arn:aws:iam::111122223333:user/Ann", username: one}
                - {userarn: "arn:aws:iam::111122223333:user/ann", username: two}
                """, null, List.of("arn:aws:iam::111122223333:user/Ann"));

        assertThat(reading.users()).extracting(User::username).containsExactly("one", "two");
        assertThat(reading.lookups().getFirst().isAmbiguous()).isTrue();
        assertThat(reading.lookups().getFirst().identities()).extracting(Identity::username)
                .containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void keysOfARowFoldLetterCaseAndTheBytewiseLastWins() {
        OracleReading reading = roles("- {rolearn: " + DEV + ", roleARN: other, UserName: dev}\n");

        assertThat(reading.roles()).containsExactly(new Role(DEV, null, "dev", List.of(), ""));
    }

    @Test
    void keysOfARowFoldAsUnicodeDoesNotAsAsciiDoes() {
        assertThat(roles("- {rolearn: " + DEV + ", u\u017fername: dev}\n").roles()).extracting(Role::username)
                .containsExactly("dev");
    }

    @Test
    void roleRowsThatDifferByAFoldedLetterAreAmbiguous() {
        OracleReading reading = roles("""
                - {rolearn: "arn:aws:iam::111122223333:role/Ops", username: plain}
                - {rolearn: "arn:aws:iam::111122223333:role/Op\u017f", username: folded}
                """, "arn:aws:iam::111122223333:role/Ops");

        assertThat(reading.lookups().getFirst().isAmbiguous()).isTrue();
    }

    @Test
    void aNullDoesNotUndoAnEarlierSpellingOfItsKey() {
        assertThat(roles("- {roleARN: " + DEV + ", rolearn: null, username: dev}\n").roles())
                .containsExactly(new Role(DEV, null, "dev", List.of(), ""));
    }

    @Test
    void onlyTheFirstYamlDocumentIsRead() {
        OracleReading reading = roles("- {rolearn: " + DEV + ", username: dev}\n---\n- {rolearn: b, username: b}\n");

        assertThat(reading.roles()).extracting(Role::rolearn).containsExactly(DEV);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{rolearn: b, anything: .inf}", "{rolearn: b, ~: null key}", "{rolearn: b, note: !!int x}",
            "{rolearn: b, username: @x}", "{rolearn: *missing}", "{rolearn: b\u0001}"})
    void oneSuchRowEmptiesTheSection(String row) {
        OracleReading reading = roles("- {rolearn: a, username: u}\n- " + row + "\n");

        assertThat(reading.errors()).containsOnlyKeys("mapRoles");
        assertThat(reading.roles()).isEmpty();
    }

    @Test
    void accountsKeepTheirTextAndAListAmongThemIsDropped() {
        OracleReading reading = oracle.read(null, null, "- 0123\n- yes\n- 0x1F\n- null\n- [a]\n- 1.50\n", List.of());

        assertThat(reading.accounts()).containsExactly("0123", "yes", "0x1F", "", "1.50");
    }

    @Test
    void anSsoRowMatchesNobodyUnlessItsFeatureGateIsOn() {
        String row = "- {sso: {permissionSetName: View, accountID: '111122223333'%s}, username: viewer}\n";
        String arn = "arn:aws:iam::111122223333:role/AWSReservedSSO_View_0123456789abcdef";

        OracleReading asEksRuns = roles(row.formatted(""), arn);
        assertThat(asEksRuns.roles()).hasSize(1);
        assertThat(asEksRuns.lookup(arn).isMapped()).isFalse();
        assertThat(oracle.readWithSsoRoleMatch(row.formatted(""), null, null, List.of(arn)).lookup(arn).identity())
                .isEqualTo(role("viewer"));
        // The partition is only filled in when it is absent; written down, it is lost from the pattern.
        assertThat(oracle.readWithSsoRoleMatch(row.formatted(", partition: aws"), null, null, List.of(arn))
                .lookup(arn)
                .isMapped()).isFalse();
    }

    @Test
    void anAccountLetsItsPrincipalsInUnderTheirArn() {
        OracleReading reading = oracle.read(null, null, "- 012345678901\n",
                List.of("arn:aws:iam::012345678901:user/Eve"));

        assertThat(reading.lookups().getFirst().identity())
                .isEqualTo(new Identity("mapAccounts", "arn:aws:iam::012345678901:user/Eve", List.of()));
    }

    @Test
    void canonicalFormsAreTheAuthenticatorsOwn() {
        assertThat(oracle.canonicalize(List.of("arn:aws-eusc:sts::111122223333:assumed-role/path/Dev/session",
                "arn:aws:iam::111122223333:role/path/Dev", "arn:aws:s3:::bucket", "dev")))
                .containsExactly(
                        new Canonicalized("arn:aws-eusc:sts::111122223333:assumed-role/path/Dev/session",
                                "arn:aws-eusc:iam::111122223333:role/path/Dev", ""),
                        new Canonicalized("arn:aws:iam::111122223333:role/path/Dev",
                                "arn:aws:iam::111122223333:role/path/Dev", ""),
                        new Canonicalized("arn:aws:s3:::bucket", "",
                                "service s3 in arn arn:aws:s3:::bucket is not a valid service for identities"),
                        new Canonicalized("dev", "", "arn 'dev' is invalid: 'arn: invalid prefix'"));
    }

    @Test
    void aDocumentOfMoreThanAMebibyteIsRead() {
        StringBuilder text = new StringBuilder();
        int rows = 0;
        while (text.length() < 1_200_000) {
            text.append("- {rolearn: \"arn:aws:iam::111122223333:role/R").append(rows++).append("\", username: x}\n");
        }
        OracleReading reading = roles(text.toString(), "arn:aws:iam::111122223333:role/r7");

        assertThat(reading.roles()).hasSize(rows);
        assertThat(reading.lookups().getFirst().isMapped()).isTrue();
    }

    @Test
    void itIsStartedAgainWhenItDies() {
        oracle.canonicalize(List.of(DEV));
        assertThat(ProcessHandle.current().children().filter(OracleIT::isOracle).filter(ProcessHandle::destroyForcibly))
                .hasSize(1);

        assertThat(oracle.canonicalize(List.of(DEV))).extracting(Canonicalized::canonical).containsExactly(DEV);
    }

    private static boolean isOracle(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("oracle");
    }

    private OracleReading roles(String text, String... arns) {
        return oracle.read(text, null, null, List.of(arns));
    }

    private static Identity role(String username, String... groups) {
        return new Identity("mapRoles", username, List.of(groups));
    }
}
