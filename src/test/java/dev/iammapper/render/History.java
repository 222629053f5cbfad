package dev.iammapper.render;

import dev.iammapper.mapping.Adoption;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.IdentityMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A random cluster and a random sequence of changes of its objects. Equal seeds give equal histories. */
final class History {
    private static final List<String> NAMES = List.of("dev", "it's \"quoted\"", "größe 🎉", "back\\slash",
            "system:node:{{EC2PrivateDNSName}}", "{{SessionName}}", "yes", "012345670123", "null", "a: b", "# c", "- d",
            "tab\tx", "line\nbreak", "next\u0085line", "line\u2028separator", "\ufeffbom", "\uffff", "\ue000", "é", "|",
            "x".repeat(253), "@", "%", "100%", "~", "<<", "nul\u0000");

    private final Random random;
    private final boolean adopting;

    History(Random random, boolean adopting) {
        this.random = random;
        this.adopting = adopting;
    }

    /** Creates, changes or deletes one to three objects, or brings one in and out of force. */
    void step(Scene scene) {
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            String arn = pick(NastyText.ARNS);
            if (random.nextInt(4) == 0) {
                scene.delete(arn);
            } else {
                scene.object(mapping(arn, arn)).witnessed(arn);
            }
        }
    }

    private IdentityMapping mapping(String name, String arn) {
        String written = random.nextInt(8) > 0 ? arn : arn.replace("Dev", "DEV").replace("Ann", "ANN");
        Adoption adoption = adopting ? pick(List.of(Adoption.values())) : Adoption.NONE;
        return Scene.mapping(name, written, grant(), adoption);
    }

    private Grant grant() {
        List<String> groups = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            groups.add(pick(NAMES));
        }
        return new Grant(pick(NAMES), groups.stream().distinct().toList());
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
