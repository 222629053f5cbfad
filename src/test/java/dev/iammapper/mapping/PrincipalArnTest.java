package dev.iammapper.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.iammapper.mapping.PrincipalArn.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrincipalArnTest {

    @Test
    void roleIsWrittenWithoutItsPath() {
        PrincipalArn arn = valid("arn:aws:iam::012345670123:role/team-a/eu/Deployer");

        assertThat(arn).isEqualTo(new PrincipalArn("aws", "012345670123", Kind.ROLE, "/team-a/eu/", "Deployer"));
        assertThat(arn.canonical()).isEqualTo("arn:aws:iam::012345670123:role/Deployer");
        assertThat(arn.key().value()).isEqualTo("arn:aws:iam::012345670123:role/deployer");
    }

    @Test
    void userIsWrittenWithItsPath() {
        PrincipalArn arn = valid("arn:aws:iam::111122223333:user/ops/Alice");

        assertThat(arn).isEqualTo(new PrincipalArn("aws", "111122223333", Kind.USER, "/ops/", "Alice"));
        assertThat(arn.canonical()).isEqualTo("arn:aws:iam::111122223333:user/ops/Alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"arn:aws:iam::111122223333:root", "arn:aws:sts::111122223333:federated-user/Bob",
            "arn:aws-cn:iam::111122223333:role/r", "arn:aws-us-gov:iam::111122223333:role/r",
            "arn:aws-iso:iam::111122223333:role/r", "arn:aws-iso-b:iam::111122223333:role/r",
            "arn:aws-iso-e:iam::111122223333:role/r", "arn:aws-iso-f:iam::111122223333:role/r",
            "arn:aws-eusc:iam::111122223333:role/r", "arn:aws:iam::111122223333:role/a+b=c,d.e@f-g_h",
            "arn:aws:iam::111122223333:role/nodes.cluster-api-provider-aws.sigs.k8s.io"})
    void whatEksMatchesAsItStandsStaysAsItStands(String text) {
        assertThat(valid(text).canonical()).isEqualTo(text);
    }

    @Test
    void namesAndPathsMayBeAsLongAsIamLetsThem() {
        String path = "/" + "p".repeat(510) + "/";

        assertThat(valid("arn:aws:iam::111122223333:role" + path + "n".repeat(64)).path()).isEqualTo(path);
        assertThat(valid("arn:aws:iam::111122223333:user/" + "n".repeat(128)).name()).hasSize(128);
    }

    @Test
    void pathsMayHoldWhatIamLetsThemHold() {
        assertThat(valid("arn:aws:iam::111122223333:user/a!b#c$d%e&f'(g)/;<h>/[i]^`{j}|~\\\"/Zoe").path())
                .isEqualTo("/a!b#c$d%e&f'(g)/;<h>/[i]^`{j}|~\\\"/");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            // the characters
            "''                                            | ArnMalformed | is empty.",
            "' arn:aws:iam::111122223333:role/r'           | ArnMalformed | starts with a space.",
            "'arn:aws:iam::111122223333:role/r '           | ArnMalformed | ends with a space.",
            "'arn:aws:iam::111122223333:role/r\t'          | ArnMalformed | ends with U+0009 CHARACTER TABULATION.",
            "'arn:aws:iam::111122223333:role/r\u00A0'      | ArnMalformed | ends with U+00A0 NO-BREAK SPACE.",
            "'arn:aws:iam::111122223333:role/a b'          | ArnMalformed | holds U+0020 SPACE at character 33.",
            "arn:aws:iam::111122223333:role/\u0430dmin     | ArnMalformed | holds U+0430 CYRILLIC SMALL LETTER A at character 32.",
            "arn:aws:iam\uFF1A:111122223333:role/r         | ArnMalformed | holds U+FF1A FULLWIDTH COLON at character 12.",
            "arn:aws:iam::\uD83D\uDE00:\u200B              | ArnMalformed | holds U+1F600 GRINNING FACE at character 14.",
            // the parts
            "ARN:aws:iam::111122223333:role/r              | ArnMalformed | starts with \"ARN:\".",
            "Admin                                         | ArnMalformed | \"Admin\" does not start with \"arn:\".",
            "arn:aws:iam:111122223333:role/r               | ArnMalformed | has 5 of the 6 parts that colons separate.",
            "arn:AWS:iam::111122223333:role/r              | ArnMalformed | has the partition \"AWS\".",
            "arn:aws-us-govt:iam::111122223333:role/r      | ArnMalformed | has the unknown partition \"aws-us-govt\".",
            "arn::iam::111122223333:role/r                 | ArnMalformed | has the unknown partition \"\".",
            "arn:aws:::111122223333:role/r                 | ArnMalformed | names no service between the second and the third colon.",
            "arn:aws:IAM::111122223333:role/r              | ArnMalformed | has the service \"IAM\".",
            "arn:aws:iam:eu-west-1:111122223333:role/r     | ArnMalformed | has the region \"eu-west-1\", but principals belong to no region.",
            "arn:aws:iam:::role/r                          | ArnMalformed | names no account.",
            "arn:aws:iam::1111-2222-3333:role/r            | ArnMalformed | has the account \"1111-2222-3333\", which is not 12 digits.",
            "arn:aws:iam::12345670123:role/r               | ArnMalformed | has the account \"12345670123\", which is not 12 digits.",
            // the resource
            "arn:aws:iam::111122223333:                    | ArnMalformed | ends after the account.",
            "arn:aws:iam::111122223333:Role/r              | ArnMalformed | has the resource type \"Role\".",
            "arn:aws:iam::111122223333:rolle/r             | ArnMalformed | has the unknown resource type \"rolle\".",
            "arn:aws:iam::111122223333:role                | ArnMalformed | ends where the name should begin.",
            "arn:aws:iam::111122223333:role/               | ArnMalformed | ends where the name should begin.",
            "arn:aws:iam::111122223333:role/a/             | ArnMalformed | ends where the name should begin.",
            "arn:aws:iam::111122223333:role//r             | ArnMalformed | holds two slashes in a row at character 31.",
            "arn:aws:iam::111122223333:user/a//b           | ArnMalformed | holds two slashes in a row at character 33.",
            "arn:aws:iam::111122223333:role/r:x            | ArnMalformed | holds a colon too many at character 33.",
            "arn:aws:iam::111122223333:role/a:b/r          | ArnMalformed | holds a colon too many at character 33.",
            "arn:aws:iam::111122223333:role/ad#min         | ArnMalformed | holds \"#\" at character 34, which IAM does not allow in a name.",
            "arn:aws:iam::111122223333:root/               | ArnMalformed | goes on after \"root\" at character 31.",
            "arn:aws:iam::111122223333:root:x              | ArnMalformed | has the unknown resource type \"root:x\".",
            "arn:aws:sts::111122223333:role/r              | ArnMalformed | looks for a role in the service \"sts\".",
            "arn:aws:iam::111122223333:federated-user/Bob  | ArnMalformed | looks for a federated user in the service \"iam\".",
            "arn:aws:sts::111122223333:federated-user/a/Bo | ArnMalformed | gives a federated user a path.",
            "arn:aws:sts::111122223333:federated-user/B    | ArnMalformed | has a name of 1 characters; IAM allows 2 to 32.",
            "arn:aws:sts::111122223333:self                | ArnMalformed | has the unknown resource type \"self\".",
            // what never calls
            "arn:aws:iam::111122223333:role/*              | ArnWildcard  | holds the wildcard \"*\" at character 32, which EKS compares as a letter: it matches nobody.",
            "arn:aws:iam::*:role/r                         | ArnWildcard  | holds the wildcard \"*\" at character 14, which EKS compares as a letter: it matches nobody.",
            "arn:*:iam::111122223333:role/a?c              | ArnWildcard  | holds the wildcard \"*\" at character 5, which EKS compares as a letter: it matches nobody.",
            "arn:aws:eks:eu-west-1:111122223333:cluster/c  | ArnMalformed | has the region \"eu-west-1\", but principals belong to no region.",
            "arn:aws:s3:::bucket                           | ArnKindUnsupported | is the ARN of something in \"s3\", which never calls a cluster.",
            "arn:aws:iam::111122223333:group/admins        | ArnKindUnsupported | is the ARN of an IAM group, which STS never reports.",
            "arn:aws:iam::aws:policy/AdministratorAccess   | ArnKindUnsupported | is the ARN of a policy, which never calls a cluster.",
            "arn:aws:iam::111122223333:instance-profile/n  | ArnKindUnsupported | is the ARN of an instance profile, which never calls a cluster.",
            "arn:aws:iam::111122223333:saml-provider/okta  | ArnKindUnsupported | is the ARN of an identity provider, which never calls a cluster.",
            "arn:aws:sts::111122223333:assumed-role/r/s    | ArnKindUnsupported | is the ARN of a session (assumed-role), which EKS never compares: it compares the role."})
    void whatEksNeverMatchesIsRefusedAtItsPlace(String text, String code, String message) {
        ArnProblem first = problems(text).getFirst();

        assertThat(first.code()).isEqualTo(code);
        assertThat(first.message()).isEqualTo(message);
        assertThat(first.advice()).endsWith(".");
    }

    @ParameterizedTest
    @CsvSource({"arn:aws:sts::111122223333:assumed-role/Admin/alice@corp,arn:aws:iam::111122223333:role/Admin",
            "arn:aws:sts::111122223333:assumed-role/Admin,arn:aws:iam::111122223333:role/Admin",
            "arn:aws-cn:sts::111122223333:assumed-role/a/b/Admin/session,arn:aws-cn:iam::111122223333:role/Admin",
            "arn:aws:iam::111122223333:assumed-role/Admin/session,arn:aws:iam::111122223333:role/Admin"})
    void sessionIsRefusedWithTheRoleToWriteInstead(String session, String role) {
        assertThat(problems(session)).singleElement().extracting(ArnProblem::advice)
                .isEqualTo("Write \"" + role + "\".");
    }

    @Test
    void sessionWithoutReadableRoleIsRefusedWithTheShapeToWrite() {
        assertThat(problems("arn:aws:sts::111122223333:assumed-role")).singleElement().extracting(ArnProblem::advice)
                .asString().contains("without the session");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertThat(problems("arn:aws-gov:iam:eu-west-1:1234:role//a b".replace(" ", "#")))
                .extracting(ArnProblem::message)
                .containsExactly("has the unknown partition \"aws-gov\".",
                        "has the region \"eu-west-1\", but principals belong to no region.",
                        "has the account \"1234\", which is not 12 digits.",
                        "holds two slashes in a row at character 36.",
                        "holds \"#\" at character 39, which IAM does not allow in a name.");
    }

    @Test
    void overlongPartsAreRefused() {
        assertThat(problems("arn:aws:iam::111122223333:role/" + "n".repeat(65))).extracting(ArnProblem::message)
                .containsExactly("has a name of 65 characters; IAM allows 1 to 64.");
        assertThat(problems("arn:aws:iam::111122223333:user/" + "n".repeat(129))).extracting(ArnProblem::message)
                .containsExactly("has a name of 129 characters; IAM allows 1 to 128.");
        assertThat(problems("arn:aws:iam::111122223333:role/" + "p".repeat(511) + "/r"))
                .extracting(ArnProblem::message).containsExactly("has a path of 513 characters; IAM allows 512.");
        assertThat(problems("arn:" + "x".repeat(1_000_000))).extracting(ArnProblem::message)
                .containsExactly("is longer than the 2048 characters that an ARN may have.");
    }

    @Test
    void anArnIsValidByConstruction() {
        for (String name : List.of("", "a b", "a/b", "a:b", "n".repeat(65))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new PrincipalArn("aws", "111122223333", Kind.ROLE, "/", name));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PrincipalArn("aws", "111122223333", Kind.ROOT, "/", "root"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PrincipalArn("aws", "11112222333", Kind.ROLE, "/", "r"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PrincipalArn("AWS", "111122223333", Kind.ROLE, "/", "r"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PrincipalArn("aws", "111122223333", Kind.USER, "/a//", "r"));
    }

    private static PrincipalArn valid(String text) {
        return switch (PrincipalArn.parse(text)) {
            case ParsedArn.Valid(PrincipalArn arn) -> arn;
            case ParsedArn.Invalid(List<ArnProblem> problems) -> throw new AssertionError(text + " " + problems);
        };
    }

    private static List<ArnProblem> problems(String text) {
        return switch (PrincipalArn.parse(text)) {
            case ParsedArn.Valid(PrincipalArn arn) -> throw new AssertionError(text + " read as " + arn);
            case ParsedArn.Invalid(List<ArnProblem> problems) -> problems;
        };
    }
}
