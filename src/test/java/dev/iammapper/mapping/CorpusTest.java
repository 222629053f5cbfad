package dev.iammapper.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParseException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The parser makes of every object of the corpus what the object's comments say. */
class CorpusTest {

    static Stream<CorpusObject> objects() {
        return CorpusObject.all();
    }

    @ParameterizedTest
    @MethodSource("objects")
    void parserMakesOfItWhatItsCommentsSay(CorpusObject object) {
        if (!object.canBeRead()) {
            assertThatThrownBy(object::read).isInstanceOf(JsonParseException.class);
            return;
        }
        switch (MappingParser.parse(object.read())) {
            case ParsedMapping.Valid(IdentityMapping mapping) -> {
                assertThat(object.parserErrors()).isEmpty();
                assertThat(mapping.name()).isEqualTo(object.name());
                if (object.good()) {
                    assertThat(object.canonical()).containsExactly(mapping.principal().canonical());
                }
            }
            case ParsedMapping.Invalid(String name, String uid, List<FieldError> errors) -> {
                assertThat(errors).extracting(error -> error.code() + " " + error.path())
                        .containsExactlyInAnyOrderElementsOf(object.parserErrors());
                assertThat(errors).allSatisfy(error -> assertThat(error.sentence())
                        .matches(
                                "[a-z][A-Za-z]*[^\\p{Cntrl}\\p{Cf}]*\\. [A-Z][^\\p{Cntrl}\\p{Cf}]*\\. \\([A-Z][A-Za-z]+\\)"));
            }
        }
    }

    @Test
    void everyObjectSaysWhoRefusesIt() {
        assertThat(CorpusObject.all()).allSatisfy(object -> {
            assertThat(object.text()).startsWith("# ");
            if (object.good()) {
                assertThat(object.parserErrors()).isEmpty();
                assertThat(object.schemaErrors()).isEmpty();
                assertThat(object.canBeRead()).isTrue();
            } else {
                assertThat(Stream.concat(object.parserErrors().stream(), object.schemaErrors().stream())).isNotEmpty();
            }
        });
    }

    @Test
    void everyCodeHasItsObject() {
        assertThat(CorpusObject.all().flatMap(object -> object.parserErrors().stream())
                .map(error -> error.substring(0, error.indexOf(' '))).distinct())
                .containsExactlyInAnyOrder(FieldError.FIELD_MISSING, FieldError.ARN_MALFORMED,
                        FieldError.ARN_WILDCARD, FieldError.ARN_KIND_UNSUPPORTED,
                        FieldError.USERNAME_MALFORMED, FieldError.GROUP_MALFORMED,
                        FieldError.INSTANT_MALFORMED, FieldError.EXPIRY_ORDER, FieldError.ADOPT_MALFORMED);
    }
}
