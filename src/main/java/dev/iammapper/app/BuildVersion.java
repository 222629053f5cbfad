package dev.iammapper.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class BuildVersion implements IVersionProvider {
    private static final String BUILD_INFO = "META-INF/build-info.properties";

    /** The version alone, as in {@code 1.2.3}; {@code development} where no build wrote one. */
    static String number() {
        try (InputStream text = BuildVersion.class.getClassLoader().getResourceAsStream(BUILD_INFO)) {
            Properties info = new Properties();
            if (text != null) {
                info.load(text);
            }
            return info.getProperty("build.version", "development");
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + BUILD_INFO, unreadable);
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {"iam-identity-mapper " + number()};
    }
}
