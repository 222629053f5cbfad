package dev.iammapper.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.ControllerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The run that trains the image's AOT cache goes well, so that no build of an image is the first to find out. */
class TrainingIT {
    @TempDir
    private Path folder;

    @Test
    void theControllerWorksThroughEverythingAgainstTheStandIn() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ControllerProcess.FLAGS);
        command.addAll(List.of("-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.iammapper.app.Main"));

        assertThat(Training.run(folder.resolve("serviceaccount"), command)).startsWith("Trained: ready after");
    }
}
