package dev.iammapper.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.mapping.ParsedArn;
import dev.iammapper.mapping.PrincipalArn;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArnPatternTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            arn:aws:iam::111122223333:role/Admin,      arn:aws:iam::111122223333:role/Admin,              true
            arn:aws:iam::111122223333:role/Admin,      arn:aws:iam::111122223333:role/admin,              true
            arn:aws:iam::111122223333:role/Admin,      arn:aws:iam::111122223333:role/any/path/Admin,     true
            arn:aws:iam::111122223333:role/Admin,      arn:aws:iam::111122223333:role/Admin2,             false
            arn:aws:iam::111122223333:role/Admin,      arn:aws:iam::111122223334:role/Admin,              false
            arn:aws:iam::111122223333:role/Admin,      arn:aws-cn:iam::111122223333:role/Admin,           false
            arn:aws:iam::111122223333:role/Admin,      arn:aws:iam::111122223333:user/Admin,              false
            arn:aws:iam::111122223333:role/SSO_*,      arn:aws:iam::111122223333:role/SSO_,               true
            arn:aws:iam::111122223333:role/SSO_*,      arn:aws:iam::111122223333:role/x/SSO_a,            true
            arn:aws:iam::111122223333:role/SSO_*,      arn:aws:iam::111122223333:role/SSO_/evil,          false
            arn:aws:iam::111122223333:role/*a*b,       arn:aws:iam::111122223333:role/xxayyb,             true
            arn:aws:iam::111122223333:role/*a*b,       arn:aws:iam::111122223333:role/b-a,                false
            arn:aws:iam::111122223333:role/a*a,        arn:aws:iam::111122223333:role/a,                  false
            arn:aws:iam::111122223333:role/.,          arn:aws:iam::111122223333:role/x,                  false
            arn:aws:iam::1111*:role/Admin,             arn:aws:iam::111122223333:role/Admin,              true
            arn:*:iam::111122223333:role/Admin,        arn:aws-us-gov:iam::111122223333:role/Admin,       true
            arn:aws:iam::111122223333:user/ci/*,       arn:aws:iam::111122223333:user/ci/a/b,             true
            arn:aws:iam::111122223333:user/ci,         arn:aws:iam::111122223333:user/x/ci,               false
            arn:aws:iam::111122223333:*/Admin,         arn:aws:iam::111122223333:user/Admin,              true
            arn:aws:iam::111122223333:*,               arn:aws:iam::111122223333:root,                    true
            arn:aws:iam::111122223333:*,               arn:aws:iam::111122223333:role/Admin,              false
            arn:aws:iam::111122223333:root,            arn:aws:iam::111122223333:root,                    true
            arn:aws:iam::111122223333:root,            arn:aws:iam::111122223333:role/root,               false
            arn:aws:sts::111122223333:federated-user/*, arn:aws:sts::111122223333:federated-user/Bob,     true
            """)
    void isMatchedSectionBySection(String pattern, String arn, boolean matches) {
        assertThat(pattern(pattern).matches(principal(arn))).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                            | is empty.
            Admin                                         | is not an ARN with six sections.
            arn:aws:iam::111122223333:role/A?min          | holds "?" at character 33.
            arn:aws:iam::111122223333:role/(Admin)        | holds "(" at character 32.
            arn:amazon:iam::111122223333:role/Admin       | has the partition "amazon", which does not exist.
            arn:x*:iam::111122223333:role/Admin           | has the partition "x*", which does not exist.
            arn:aws:iam:us-east-1:111122223333:role/Admin | has a region
            arn:aws:iam::1111:role/Admin                  | has the account "1111", which is not 12 digits.
            arn:aws:iam::abc*:role/Admin                  | has the account "abc*", which is not 12 digits.
            arn:aws:iam::111122223333:group/Admin         | is for the kind "group", which is no principal.
            arn:aws:sts::111122223333:role/Admin          | has the service "sts".
            arn:aws:iam::111122223333:federated-user/Bob  | has the service "iam".
            arn:aws:ec2::111122223333:*/Admin             | has the service "ec2".
            arn:aws:iam::111122223333:role                | ends before the name.
            arn:aws:iam::111122223333:role/               | ends before the name.
            arn:aws:iam::111122223333:user/ci/            | ends before the name.
            arn:aws:iam::111122223333:root/x              | goes on after "root".
            arn:aws:iam::111122223333:role/path/Admin     | gives a role a path, which proves nothing
            arn:aws:iam::111122223333:role/Admin:x        | is not an ARN with six sections.
            """)
    void whatIsNoPatternIsRefusedWithTheReason(String pattern, String message) {
        assertThat(ArnPattern.parse(pattern)).isInstanceOfSatisfying(ArnPattern.Parsed.Invalid.class, invalid -> {
            assertThat(invalid.message()).contains(message).endsWith(".");
            assertThat(invalid.advice()).matches("[A-Z].*\\.");
        });
    }

    @Test
    void manyStarsTakeNoTime() {
        Glob glob = Glob.of("a*".repeat(1_000) + "b");
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            for (int round = 0; round < 100; round++) {
                assertThat(glob.matches("a".repeat(2_048))).isFalse();
            }
        });
    }

    private static ArnPattern pattern(String text) {
        return switch (ArnPattern.parse(text)) {
            case ArnPattern.Parsed.Valid(ArnPattern pattern) -> pattern;
            case ArnPattern.Parsed.Invalid invalid -> throw new AssertionError(invalid);
        };
    }

    private static PrincipalArn principal(String text) {
        return switch (PrincipalArn.parse(text)) {
            case ParsedArn.Valid(PrincipalArn arn) -> arn;
            case ParsedArn.Invalid invalid -> throw new AssertionError(invalid);
        };
    }
}
