package dev.iammapper.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundedJsonTest {

    @Test
    void anObjectIsReadWithAllKindsOfValues() throws Exception {
        String text = "{\"a\":[1,-2.5e3,true,false,null,\"\\u00e4\\n\"],\"b\":{\"c\":{}}}";
        assertThat(BoundedJson.read(utf8(text))).isEqualTo(Reviews.json(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "{a: 1}            | is not JSON",
            "{'a': 1}          | is not JSON",
            "{\"a\": 01}       | is not JSON",
            "{\"a\": NaN}      | is not JSON",
            "{\"a\": TRUE}     | is not JSON",
            "{\"a\" 1}         | is not JSON",
            "{\"a\": 1,}       | is not JSON",
            "{\"a\": 1} // end | is not JSON",
            "{\"a\": 1} {}     | is not JSON",
            "{\"a\":           | ends too early",
            "[]                | not an object",
            "{\"a\":1,\"a\":2} | one name twice",
            "{\"a\":1,\"\\u0061\":2} | one name twice",
            "{\"o\":{\"a\":1,\"b\":1,\"a\":1}} | one name twice"})
    void anythingElseIsRefused(String text, String why) {
        refused(utf8(text), why);
    }

    @Test
    void rawControlCharactersInTextAreRefused() {
        refused(utf8("{\"a\": \"two\nlines\"}"), "is not JSON");
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        refused(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xff, '"', '}'}, "UTF-8");
        refused(new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'}, "UTF-8");
        refused("{}".getBytes(StandardCharsets.UTF_16), "UTF-8");
    }

    @Test
    void depthIsBounded() throws Exception {
        int inside = BoundedJson.MAX_DEPTH - 1;
        assertThat(BoundedJson.read(utf8("{\"a\":" + "[".repeat(inside) + "]".repeat(inside) + "}")).size())
                .isEqualTo(1);
        refused(utf8("{\"a\":" + "[".repeat(inside + 1) + "]".repeat(inside + 1) + "}"), "deeper");
        refused(utf8("{\"a\":".repeat(200_000)), "deeper");
    }

    @Test
    void theNumberOfValuesIsBounded() {
        refused(utf8("{\"a\":[" + "0,".repeat(BoundedJson.MAX_VALUES) + "0]}"), "more than");
    }

    private static void refused(byte[] body, String why) {
        assertThatThrownBy(() -> BoundedJson.read(body)).isInstanceOf(BoundedJson.Unreadable.class)
                .hasMessageContaining(why);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
