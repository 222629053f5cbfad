package dev.iammapper.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameTemplateTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            system:x,                               system:,                true
            system:,                                system:,                true
            system,                                 system:,                false
            System:x,                               system:,                false
            {{SessionName}}:x,                      system:,                true
            {{SessionNameRaw}}:x,                   eks:,                   true
            {{EC2PrivateDNSName}}:x,                iam:,                   true
            sys{{SessionName}}:x,                   system:,                true
            sys{{SessionName}},                     system:,                false
            sys{{SessionName}}m:x,                  system:,                true
            s{{SessionName}}s{{SessionName}}:x,     system:,                true
            sys{{AccountID}}:x,                     system:,                false
            sys{{SessionName}}tem:x,                system:,                true
            {{AccountID}}:{{SessionName}},          aws:,                   false
            eks{{AccountID}}:{{SessionName}},       eks:,                   false
            eks{{SessionName}}:x,                   eks:,                   true
            dev:{{SessionName}},                    system:,                false
            system:{{SessionName}}:x,               system:node:,           true
            system:{{SessionName}}:x,               system:serviceaccount:, true
            system:{{SessionName}},                 system:node:,           false
            system:node:{{SessionName}},            system:node:,           true
            {{SessionName}}{{SessionName}}:n:x,     system:n:,              true
            """)
    void aPrefixIsFoundInWhateverASessionMayMakeOfTheName(String name, String prefix, boolean can) {
        assertThat(NameTemplate.of(name).canStartWith(prefix)).isEqualTo(can);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dev:{{sessionname}}                              | {{sessionname}}
            dev:{{ SessionName }}                            | {{ SessionName }}
            dev:{{SessionName                                | {{SessionName
            dev:SessionName}}                                | dev:SessionName}}
            dev:{SessionName}                                | {SessionName}
            dev:${accountid}                                 | {accountid}
            dev:{{}}                                         | {{}}
            {{{SessionName}}}                                | {{{SessionName}}
            {{SessionName}}}                                 | {{SessionName}}}
            {{{{SessionName}}SessionNameRaw}}                | {{
            {{{SessionName}}{SessionNameRaw}{{SessionName}}} | {{{SessionName}}
            """)
    void bracesThatAreNoTemplateAreFound(String name, String broken) {
        assertThat(NameTemplate.of(name).brokenTemplate()).isEqualTo(broken);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev:{{SessionName}}", "{{AccountID}}:{{SessionNameRaw}}", "a{b}c", "{", "}", "x{y",
            "{{EC2PrivateDNSName}}{{AccessKeyID}}", "İ{İ}"})
    void otherBracesAreText(String name) {
        assertThat(NameTemplate.of(name).brokenTemplate()).isNull();
    }
}
