package dev.iammapper.mapping;

import dev.iammapper.mapping.PrincipalArn.Kind;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Generates principals: every kind and partition, every character and length that IAM allows. */
final class Principals {
    static final String NAME_CHARACTERS = "abcXYZ019_+=,.@-";
    private static final String PATH_CHARACTERS = NAME_CHARACTERS + "!\"#$%&'();<>[\\]^`{|}~";
    private static final List<Kind> KINDS = List.of(Kind.values());

    private Principals() {}

    /** An endless stream, the same for each seed. */
    static Stream<PrincipalArn> random(long seed) {
        Random random = new Random(seed);
        return Stream.generate(() -> one(random));
    }

    static PrincipalArn one(Random random) {
        Kind kind = KINDS.get(random.nextInt(KINDS.size()));
        String partition = IamNames.PARTITIONS.get(random.nextInt(IamNames.PARTITIONS.size()));
        String account = "%012d".formatted(random.nextLong(1_000_000_000_000L));
        return switch (kind) {
            case ROLE, USER -> new PrincipalArn(partition, account, kind, path(random),
                    text(random, NAME_CHARACTERS, 1, IamNames.maxName(kind)));
            case ROOT -> new PrincipalArn(partition, account, kind, "/", "");
            case FEDERATED_USER -> new PrincipalArn(partition, account, kind, "/",
                    text(random, NAME_CHARACTERS, 2, IamNames.maxName(kind)));
        };
    }

    private static String path(Random random) {
        return IntStream.range(0, random.nextInt(4)).mapToObj(segment -> text(random, PATH_CHARACTERS, 1, 12) + "/")
                .collect(Collectors.joining("", "/", ""));
    }

    static String text(Random random, String characters, int shortest, int longest) {
        return random.ints(random.nextInt(shortest, longest + 1), 0, characters.length()).mapToObj(characters::charAt)
                .map(String::valueOf).collect(Collectors.joining());
    }
}
