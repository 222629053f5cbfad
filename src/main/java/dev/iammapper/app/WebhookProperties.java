package dev.iammapper.app;

import dev.iammapper.certificate.ServerNames;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * The admission webhook; its port is {@code server.port}.
 *
 * @param enabled else on in a Pod and off elsewhere
 * @param host under which the API server calls a local run, a name or an IP address; null in a cluster
 * @param configurationName the ValidatingWebhookConfiguration whose {@code caBundle} is kept
 * @param certificate what the server shows
 * @param drain how long calls are still answered after the process was told to stop, 0 to one minute, in seconds unless
 *        it has a unit; else 5 seconds in a Pod, which takes as long to be known as gone, and nothing elsewhere
 * @param readBindings whether roles and bindings are watched, for the warnings that rest on them
 */
record WebhookProperties(@Nullable Boolean enabled, @Nullable String host,
        @DefaultValue("iam-identity-mapper") String configurationName, @DefaultValue Certificate certificate,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration drain, @DefaultValue("true") boolean readBindings) {
    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(1);

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern SUBDOMAIN = Pattern
            .compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    /** Checks the names and the time. */
    WebhookProperties {
        if (host != null) {
            requireServerName("host", host);
        }
        require(SUBDOMAIN, "configuration-name", configurationName);
        if (drain != null && (drain.isNegative() || drain.compareTo(LONGEST_DRAIN) > 0)) {
            throw new IllegalArgumentException("mapper.webhook.drain=" + drain + " is not between 0s and 60s");
        }
    }

    /** Where the certificate comes from. */
    enum Source {
        /** The controller makes it and keeps it in a Secret. */
        SELF_MANAGED,
        /** Somebody else puts it into a directory, such as cert-manager through a mounted Secret. */
        FILES
    }

    /**
     * What the server shows.
     *
     * @param directory with {@code tls.crt} and {@code tls.key}, for {@link Source#FILES}
     * @param secretName of the Secret in {@code mapper.namespace}, for {@link Source#SELF_MANAGED}
     * @param dnsNames that the certificate must hold; empty for those of the Service
     *        {@code iam-identity-mapper-webhook}
     */
    record Certificate(@DefaultValue("self-managed") Source source, @Nullable Path directory,
            @DefaultValue("iam-identity-mapper-webhook") String secretName, @DefaultValue List<String> dnsNames) {

        /** Checks the names, and that files have a directory. */
        Certificate {
            if (source == Source.FILES && directory == null) {
                throw new IllegalArgumentException("the source \"files\" needs to know where they are:"
                        + " set mapper.webhook.certificate.directory");
            }
            if (source == Source.SELF_MANAGED && directory != null) {
                throw new IllegalArgumentException("the directory is not looked at:"
                        + " set mapper.webhook.certificate.source=files, or leave the directory out");
            }
            require(SUBDOMAIN, "secret-name", secretName);
            dnsNames = List.copyOf(dnsNames);
            dnsNames.forEach(name -> requireServerName("dns-names", name));
        }
    }

    static void requireLabel(String setting, String value) {
        require(LABEL, setting, value);
    }

    private static void require(Pattern pattern, String setting, String value) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(setting + "=\"" + value
                    + "\" is not a name as Kubernetes has them: lower case letters, digits and hyphens");
        }
    }

    private static void requireServerName(String setting, String value) {
        String problem = ServerNames.problem(value);
        if (problem != null) {
            throw new IllegalArgumentException(setting + ": " + problem);
        }
    }
}
