package dev.iammapper.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What readers are pointed to is there. */
class DocumentationTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    @Test
    void everyRelativeLinkOfEveryPageLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                links++;
                if (!Files.exists(page.resolveSibling(link.group(1)))) {
                    broken.add(page + " -> " + link.group(1));
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).isGreaterThan(20);
    }

    private static List<Path> pages() throws IOException {
        Path base = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        try (Stream<Path> top = Files.list(base);
                Stream<Path> docs = Files.walk(base.resolve("docs"));
                Stream<Path> chart = Files.walk(base.resolve("helm"));
                Stream<Path> examples = Files.walk(base.resolve("examples"))) {
            return Stream.of(top, docs, chart, examples).flatMap(pages -> pages)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted().toList();
        }
    }
}
