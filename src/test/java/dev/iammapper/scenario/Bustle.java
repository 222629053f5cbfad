package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** People and tools who do something at random, and what has to come of it whatever breaks meanwhile. */
final class Bustle {
    private final Hands hands;
    private final SplittableRandom random;
    private final Map<String, Mapping> present = new TreeMap<>();
    private final Set<String> goneArns = new TreeSet<>();
    private final List<String> rowsAbove = new ArrayList<>();
    private final List<String> rowsBelow = new ArrayList<>();
    private int serial;

    Bustle(Hands hands, SplittableRandom random) {
        this.hands = hands;
        this.random = random;
    }

    /** Somebody does something. */
    void act() {
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> create();
            case 4, 5, 6 -> change();
            case 7, 8 -> delete();
            default -> tool();
        }
    }

    void create() {
        String name = "bustle-" + ++serial;
        Mapping mapping = (random.nextInt(4) == 0 ? user(name) : role(name)).as("user-" + serial, "team");
        hands.create(mapping);
        present.put(name, mapping);
    }

    void delete() {
        Mapping mapping = any();
        if (mapping != null) {
            hands.delete(mapping.name());
            present.remove(mapping.name());
            goneArns.add(mapping.arn());
        }
    }

    void change() {
        Mapping mapping = any();
        if (mapping != null) {
            Mapping changed = mapping.as("user-" + ++serial, "team", "team-" + random.nextInt(3));
            hands.change(changed);
            present.put(changed.name(), changed);
        }
    }

    /** Another tool adds a row of its own, or takes one away. */
    void tool() {
        String row = AwsAuth.row(Mapping.roleArn("foreign-" + ++serial), "foreign-" + serial, "others");
        switch (random.nextInt(4)) {
            case 0 -> {
                hands.editRoles(Scenario.EKSCTL, text -> row + text);
                rowsAbove.addFirst(row);
            }
            case 1 -> {
                if (!rowsBelow.isEmpty()) {
                    String old = rowsBelow.remove(random.nextInt(rowsBelow.size()));
                    hands.editRoles(Scenario.EKSCTL, text -> text.replace(old, ""));
                }
            }
            default -> {
                hands.editRoles(Scenario.EKSCTL, text -> text + row);
                rowsBelow.add(row);
            }
        }
    }

    private @Nullable Mapping any() {
        List<Mapping> all = List.copyOf(present.values());
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    /** How many mappings there are. */
    int size() {
        return present.size();
    }

    /** Nobody has a mapping any more. */
    void deleteAll() {
        hands.deleteAllMappings();
        present.values().forEach(mapping -> goneArns.add(mapping.arn()));
        present.clear();
    }

    /** Each mapping is in force and says so, nobody else is let in by us, and the ledger agrees with the rows. */
    void assertDone() {
        AwsAuth now = hands.awsAuth();
        Map<String, JsonObject> objects = hands.mappings();
        assertThat(objects.keySet()).isEqualTo(present.keySet());
        present.forEach((name, mapping) -> {
            assertThat(Scenario.who(mapping.arn(), now)).as(name)
                    .isEqualTo(mapping.username() + " " + mapping.groups());
            assertThat(Hands.told(Objects.requireNonNull(objects.get(name))).reason()).as(name).isEqualTo("Applied");
            assertThat((now.mapRoles() + now.mapUsers()).split(mapping.arn() + "\\b", -1)).as("rows of %s", name)
                    .hasSize(2);
        });
        goneArns.forEach(arn -> assertThat(Scenario.who(arn, now)).as(arn).isEqualTo(Scenario.NOBODY));
        Map<String, Boolean> expected = new HashMap<>();
        present.values().forEach(mapping -> expected.put(mapping.arn().toLowerCase(Locale.ROOT), true));
        assertThat(confirmedByPrincipal()).isEqualTo(expected);
    }

    /** What is left when all of ours is gone. */
    Map<String, String> foreignData() {
        return AwsAuth.withRoles(String.join("", rowsAbove) + AwsAuth.ROLES + String.join("", rowsBelow));
    }

    /** The ledger's principals, and whether the row of each is confirmed, with nothing pending. */
    private Map<String, Boolean> confirmedByPrincipal() {
        String text = hands.configMap("iam-identity-mapper-ledger", "ledger.json");
        Map<String, Boolean> claims = new HashMap<>();
        if (text != null) {
            JsonArray list = JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("claims");
            for (JsonElement each : list) {
                JsonObject claim = each.getAsJsonObject();
                claims.put(claim.get("principal").getAsString(), claim.has("applied") && !claim.has("pending"));
            }
        }
        return claims;
    }
}
