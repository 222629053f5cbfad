package dev.iammapper.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ValidatingWebhookConfiguration of docs/webhook.yaml, for a controller that is no Pod. */
public final class WebhookManifest {
    private static final Path FILE = Path.of(System.getProperty("basedir", ""), "docs", "webhook.yaml");
    private static final String CLIENT = "    clientConfig:\n";
    private static final String PATH = "/validate/iamidentitymapping";

    private WebhookManifest() {}

    /**
     * The configuration with a URL in place of the Service.
     *
     * @param more lines for the webhook, indented by four, or nothing
     */
    public static String at(String host, int port, String more) {
        try {
            String yaml = Files.readString(FILE);
            String configuration = yaml.substring(yaml.indexOf("---\n") + 4);
            int from = configuration.indexOf(CLIENT);
            int to = configuration.indexOf("    # Our own kind", from);
            if (from < 0 || to < 0) {
                throw new IllegalStateException(FILE + " names its Service otherwise than this class thinks");
            }
            return configuration.substring(0, from) + CLIENT + "      url: https://" + host + ":" + port + PATH + "\n"
                    + more + configuration.substring(to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
