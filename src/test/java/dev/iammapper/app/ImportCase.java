package dev.iammapper.app;

import dev.iammapper.golden.GoldenFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One folder of src/test/resources/import: an aws-auth as somebody has it on one side, on the other what {@code import}
 * prints ({@code expected.yaml}), what it says besides ({@code expected.txt}), and what it prints with
 * {@code --include-nodes} where that is something else ({@code with-nodes.yaml}).
 */
record ImportCase(GoldenFolder folder) {
    private static final Path ALL = Path.of("src/test/resources/import");

    static List<ImportCase> all() {
        return GoldenFolder.in(ALL).stream().map(ImportCase::new).toList();
    }

    Ran run(String... options) {
        return Ran
                .of(Stream.concat(Stream.of("import", "--aws-auth", folder.path().resolve("aws-auth.yaml").toString()),
                        Stream.of(options)).toArray(String[]::new));
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
