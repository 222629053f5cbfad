package dev.iammapper.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.iammapper.admission.AdmissionReviews.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real bodies, altered by chance: bytes, structure and types. Nothing escapes, every answer carries the uid, and what is
 * allowed is harmless by a second opinion that shares no code with the rules.
 */
class AdmissionFuzzTest {
    private static final int BODIES = 4_000;

    private final MappingAdmission admission = MappingAdmissionTest.admission(new StubFacts());
    private int allowed;
    private int denied;
    private int unreadable;

    @ParameterizedTest
    @ValueSource(longs = {1, 20_261_122, 7_919, -42})
    void noBodyEscapesOrGetsMoreThanIsItsDue(long seed) {
        Mutations mutations = new Mutations(new Random(seed));
        for (int i = 0; i < BODIES; i++) {
            byte[] body = mutations.body();
            try {
                judge(body);
            } catch (RuntimeException | StackOverflowError | AssertionError e) {
                throw new AssertionError("seed " + seed + ", body " + i + ": "
                        + new String(body, StandardCharsets.UTF_8), e);
            }
        }
        assertThat(allowed).as("bodies that were altered without harm").isGreaterThan(BODIES / 50);
        assertThat(denied).isGreaterThan(BODIES / 10);
        assertThat(unreadable).isGreaterThan(BODIES / 20);
    }

    private void judge(byte[] body) {
        switch (AdmissionReviews.read(body)) {
            case Reading.Unreadable(String message) -> {
                assertThat(message).startsWith("No AdmissionReview: ");
                unreadable++;
            }
            case Reading.Denied(String uid, String message) -> {
                answered(uid, AdmissionDecision.Denied.unjudged(message));
                denied++;
            }
            case Reading.Asked(AdmissionRequest request) -> {
                AdmissionDecision decision = admission.decide(request);
                boolean isAllowed = answered(request.uid(), decision);
                if (isAllowed) {
                    allowed++;
                    assertThat(SecondOpinion.of(Reviews.json(new String(body, StandardCharsets.UTF_8))))
                            .as("what is wrong with what was allowed").isEmpty();
                } else {
                    denied++;
                }
            }
        }
    }

    /** Whether the answer, as it travels, says so. */
    private static boolean answered(String uid, AdmissionDecision decision) {
        byte[] answer = AdmissionReviews.write(uid, decision).getBytes(StandardCharsets.UTF_8);
        JsonObject response = Reviews.json(new String(answer, StandardCharsets.UTF_8)).getAsJsonObject("response");
        assertThat(response.get("uid").getAsString()).isEqualTo(uid);
        boolean allowed = response.get("allowed").getAsBoolean();
        if (!allowed) {
            assertThat(response.getAsJsonObject("status").get("message").getAsString()).isNotBlank();
        }
        if (response.has("warnings")) {
            response.getAsJsonArray("warnings").forEach(warning -> assertThat(warning.getAsString())
                    .doesNotContain("\n", "\r").satisfies(text -> assertThat(text.codePointCount(0, text.length()))
                            .isLessThanOrEqualTo(256)));
        }
        return allowed;
    }

    /** What the safe policy must not let through, told from the JSON alone. */
    private static final class SecondOpinion {
        private static final Pattern ARN = Pattern
                .compile("arn:aws(-cn|-us-gov|-iso|-iso-b|-iso-e|-iso-f|-eusc)?:iam::[0-9]{12}:"
                        + "(role|user)/([!-~]{1,511}/)?[A-Za-z0-9_+=,.@-]{1,64}");
        private static final Pattern TEMPLATE = Pattern.compile(
                "\\{\\{(SessionName|SessionNameRaw|AccountID|EC2PrivateDNSName)}}");
        private static final List<String> RESERVED = List.of("system:", "eks:", "aws:", "amazon:", "iam:");

        private SecondOpinion() {}

        static List<String> of(JsonObject review) {
            JsonObject request = review.getAsJsonObject("request");
            String operation = request.get("operation").getAsString();
            if (operation.equals("DELETE")) {
                return List.of();
            }
            JsonObject object = request.getAsJsonObject("object");
            if (operation.equals("UPDATE") && same(object, request.getAsJsonObject("oldObject"))) {
                return List.of();
            }
            List<String> wrong = new ArrayList<>();
            JsonObject spec = object.getAsJsonObject("spec");
            String arn = text(spec.get("arn"));
            if (!ARN.matcher(arn).matches() || arn.contains("*") || arn.contains("?")) {
                wrong.add("arn " + arn);
            }
            String username = text(spec.get("username"));
            String rest = TEMPLATE.matcher(username).replaceAll("");
            if (username.isBlank() || rest.isEmpty() || rest.contains("{{") || rest.contains("}}")
                    || isReserved(username)
                    || isOdd(username) || username.startsWith("{{")) {
                wrong.add("username " + username);
            }
            if (spec.get("groups") instanceof JsonArray groups) {
                for (JsonElement each : groups) {
                    String group = text(each);
                    if (group.isBlank() || isReserved(group) || isOdd(group) || group.contains("{{")) {
                        wrong.add("group " + group);
                    }
                }
            }
            return wrong;
        }

        /** Both ask for the same: what is there may stay. */
        private static boolean same(JsonObject object, JsonObject old) {
            return asked(object).equals(asked(old));
        }

        private static List<Object> asked(JsonObject object) {
            JsonElement spec = object.get("spec");
            JsonElement annotations = object.getAsJsonObject("metadata").get("annotations");
            Object adopt = annotations instanceof JsonObject map && map.has("iammapper.dev/adopt")
                    ? text(map.get("iammapper.dev/adopt"))
                    : "";
            if (!(spec instanceof JsonObject fields)) {
                return List.of(adopt, spec == null ? JsonNull.INSTANCE : spec);
            }
            List<Object> asked = new ArrayList<>(List.of(adopt));
            for (String field : List.of("arn", "username", "notBefore", "expiresAt")) {
                asked.add(text(fields.get(field)));
            }
            asked.add(fields.get("groups") instanceof JsonArray groups
                    ? Set.copyOf(groups.asList().stream().map(SecondOpinion::text).toList())
                    : Set.of());
            return asked;
        }

        private static boolean isReserved(String name) {
            return RESERVED.stream().anyMatch(prefix -> name.startsWith(prefix));
        }

        private static boolean isOdd(String name) {
            return name.length() > 253 || !name.equals(name.strip()) || name.contains(",")
                    || name.chars().anyMatch(Character::isISOControl);
        }

        private static String text(JsonElement element) {
            return element instanceof JsonPrimitive primitive ? primitive.getAsString() : "";
        }
    }

    /** Bodies that are nearly right. */
    private static final class Mutations {
        private static final List<String> TEXTS = List.of("", " ", "system:masters", "system:nodes", "eks:x", "iam:x",
                "system:node:{{EC2PrivateDNSName}}", "{{SessionName}}", "a:{{SessionName}}", "{{AccessKeyID}}",
                "x:{{AccessKeyID}}", "x:{{Sessionname}}", "x:{{", "a,b", "a\nb", "\ud800", "\u0000", "*", "true",
                "arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:root",
                "arn:aws:iam::111122223333:role/plain", "arn:aws:iam::1:role/x", "ARN:aws:iam::111122223333:role/x",
                "arn:aws:sts::111122223333:assumed-role/x/y", "arn:aws:iam::111122223333:user/jane", "developers",
                "2026-07-01T00:00:00Z", "9999-12-31T23:59:60Z", "admission.k8s.io/v1beta1", "UPDATE", "DELETE",
                "CREATE", "CONNECT", "status", "x".repeat(5_000), "\u202eadmin", "SYSTEM:masters", "system:masters ");
        private static final List<String> NAMES = List.of("spec", "metadata", "arn", "username", "groups", "object",
                "oldObject", "uid", "request", "labels", "annotations", "name", "operation", "kind", "userInfo",
                "iammapper.dev/adopt", "iammapper.dev/protected", "notBefore", "expiresAt", "subResource", "dryRun");

        private final Random random;

        Mutations(Random random) {
            this.random = random;
        }

        byte[] body() {
            JsonObject review = start();
            int changes = random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                change(review);
            }
            byte[] body = Reviews.bytes(review);
            return random.nextInt(4) == 0 ? bytes(body) : body;
        }

        private JsonObject start() {
            JsonObject good = Reviews.goodMapping();
            JsonObject other = Reviews.goodMapping();
            switch (random.nextInt(4)) {
                case 0 -> other.getAsJsonObject("spec").getAsJsonArray("groups").add("viewers");
                case 1 -> other.getAsJsonObject("spec").getAsJsonArray("groups").add("system:masters");
                case 2 -> other.getAsJsonObject("metadata").getAsJsonObject("labels").addProperty("a", "b");
                default -> {
                    // The same again.
                }
            }
            return switch (random.nextInt(4)) {
                case 0 -> Reviews.creation(good);
                case 1 -> Reviews.creation(other);
                case 2 -> Reviews.update(other, good);
                default -> Reviews.update(good, other);
            };
        }

        /** Somewhere: a value by another, by none, by itself in a list, or one more. */
        private void change(JsonObject review) {
            List<JsonElement> containers = new ArrayList<>();
            collect(random.nextBoolean() ? wanted(review) : review, containers);
            JsonElement container = containers.get(random.nextInt(containers.size()));
            if (container instanceof JsonObject object) {
                List<String> names = new ArrayList<>(object.keySet());
                String name = names.isEmpty() || random.nextInt(5) == 0
                        ? NAMES.get(random.nextInt(NAMES.size()))
                        : names.get(random.nextInt(names.size()));
                JsonElement old = object.get(name);
                switch (random.nextInt(6)) {
                    case 0 -> object.remove(name);
                    case 1 -> object.add(name, listOf(old == null ? value() : old));
                    default -> object.add(name, value());
                }
            } else if (container instanceof JsonArray array) {
                if (array.isEmpty() || random.nextBoolean()) {
                    array.add(value());
                } else {
                    array.set(random.nextInt(array.size()), value());
                }
            }
        }

        private static JsonElement wanted(JsonObject review) {
            return review.get("request") instanceof JsonObject request
                    && request.get("object") instanceof JsonObject object
                    && object.get("spec") instanceof JsonObject spec ? spec : review;
        }

        private static void collect(JsonElement element, List<JsonElement> containers) {
            if (element instanceof JsonObject object) {
                containers.add(object);
                object.entrySet().stream().map(Map.Entry::getValue).forEach(each -> collect(each, containers));
            } else if (element instanceof JsonArray array) {
                containers.add(array);
                array.forEach(each -> collect(each, containers));
            }
        }

        private JsonElement value() {
            return switch (random.nextInt(12)) {
                case 0 -> JsonNull.INSTANCE;
                case 1 -> new JsonPrimitive(random.nextBoolean());
                case 2 -> new JsonPrimitive(random.nextInt());
                case 3 -> new JsonPrimitive(new com.google.gson.internal.LazilyParsedNumber(
                        random.nextBoolean() ? "1e999999999" : "-0.1e-99999"));
                case 4 -> new JsonObject();
                case 5 -> new JsonArray();
                case 6 -> deep(random.nextInt(80));
                default -> new JsonPrimitive(TEXTS.get(random.nextInt(TEXTS.size())));
            };
        }

        private static JsonElement deep(int levels) {
            JsonElement element = new JsonPrimitive("deep");
            for (int i = 0; i < levels; i++) {
                element = listOf(element);
            }
            return element;
        }

        private static JsonArray listOf(JsonElement element) {
            JsonArray array = new JsonArray();
            array.add(element);
            return array;
        }

        private byte[] bytes(byte[] body) {
            int at = random.nextInt(body.length);
            int length = Math.min(1 + random.nextInt(40), body.length - at);
            return switch (random.nextInt(5)) {
                case 0 -> Arrays.copyOf(body, at);
                case 1 -> {
                    byte[] other = body.clone();
                    other[at] = (byte) random.nextInt(256);
                    yield other;
                }
                case 2 -> join(Arrays.copyOf(body, at), Arrays.copyOfRange(body, at + length, body.length));
                case 3 -> join(Arrays.copyOf(body, at + length), Arrays.copyOfRange(body, at, body.length));
                default -> join(body, Arrays.copyOf(body, at));
            };
        }

        private static byte[] join(byte[] one, byte[] two) {
            byte[] joined = Arrays.copyOf(one, one.length + two.length);
            System.arraycopy(two, 0, joined, one.length, two.length);
            return joined;
        }
    }
}
