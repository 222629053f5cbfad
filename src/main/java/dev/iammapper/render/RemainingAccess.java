package dev.iammapper.render;

import dev.iammapper.mapping.PrincipalKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What aws-auth grants to principals that no mapping of ours lets in at the moment. */
public final class RemainingAccess {
    private RemainingAccess() {}

    /**
     * Finds the rows by which the authenticator lets principals in.
     *
     * @return a sentence for each of the principals that has access, and nothing for the others
     */
    public static Map<PrincipalKey, String> of(AwsAuthData data, Collection<PrincipalKey> principals) {
        AwsAuthReading reading = AwsAuthReading.read(data);
        Map<PrincipalKey, String> remaining = new TreeMap<>();
        for (PrincipalKey principal : principals) {
            List<Row> deciding = reading.deciding(principal, List.of());
            if (!deciding.isEmpty()) {
                Row row = deciding.getLast();
                // Without the line: this stands in statuses, and lines move whenever any row above comes or goes.
                remaining.put(principal, "a row of " + row.section().dataKey() + " that is not ours maps the principal"
                        + " to username \"" + row.grant().username() + "\" with groups " + row.grant().groups() + ".");
            }
        }
        return remaining;
    }
}
