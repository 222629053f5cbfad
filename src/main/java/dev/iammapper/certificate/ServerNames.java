package dev.iammapper.certificate;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names under which the server is called; a certificate must hold all of them.
 *
 * @param names DNS names and literal IP addresses, the first one is the one that matters most
 */
public record ServerNames(List<String> names) {
    private static final Pattern DNS = Pattern
            .compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*");
    private static final int MOST = 32;
    private static final int SAN_DNS = 2;
    private static final int SAN_IP = 7;

    /** Checks each name. */
    public ServerNames {
        names = List.copyOf(new LinkedHashSet<>(names));
        if (names.isEmpty() || names.size() > MOST) {
            throw new IllegalArgumentException("a certificate needs 1 to " + MOST + " names, not " + names.size());
        }
        names.stream().map(ServerNames::problem).filter(Objects::nonNull).findFirst().ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
    }

    /** Why a text cannot be a name of a server, or null when it can. */
    public static @Nullable String problem(String name) {
        return address(name).isPresent() || DNS.matcher(name).matches()
                ? null
                : "\"" + name
                        + "\" is neither a DNS name in lower case, such as webhook.my-namespace.svc, nor an IP address";
    }

    /** The address that the text writes literally. */
    static Optional<InetAddress> address(String name) {
        try {
            return Optional.of(InetAddress.ofLiteral(name));
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }

    /** Those names that the certificate does not hold. */
    List<String> missingFrom(X509Certificate certificate) {
        Set<String> dns = alternatives(certificate, SAN_DNS);
        List<Optional<InetAddress>> addresses = alternatives(certificate, SAN_IP).stream().map(ServerNames::address)
                .toList();
        return names.stream().filter(name -> {
            Optional<InetAddress> address = address(name);
            return address.isPresent() ? !addresses.contains(address)
                    : !dns.contains(name) && !dns.contains(wild(name));
        }).toList();
    }

    /** These names and those that the certificate holds, as far as there is room. */
    ServerNames and(X509Certificate certificate) {
        List<String> all = new ArrayList<>(names);
        alternatives(certificate, SAN_DNS).stream().filter(name -> DNS.matcher(name).matches()).forEach(all::add);
        alternatives(certificate, SAN_IP).forEach(all::add);
        List<String> distinct = List.copyOf(new LinkedHashSet<>(all));
        return new ServerNames(distinct.subList(0, Math.min(MOST, distinct.size())));
    }

    private static String wild(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : "*" + name.substring(dot);
    }

    private static Set<String> alternatives(X509Certificate certificate, int type) {
        Set<String> found = new LinkedHashSet<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                all.stream().filter(each -> each.getFirst().equals(type) && each.get(1) instanceof String)
                        .forEach(each -> found.add(((String) each.get(1)).toLowerCase(Locale.ROOT)));
            }
        } catch (CertificateParsingException none) {
            return Set.of();
        }
        return found;
    }

    @Override
    public String toString() {
        return String.join(", ", names);
    }
}
