package dev.iammapper.scenario;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The data of aws-auth at one time.
 *
 * @param uid of the ConfigMap, or null when there is none
 */
record AwsAuth(@Nullable String uid, @Nullable String resourceVersion, Map<String, String> data) {

    /** As clusters have it after some months: rows of EKS and eksctl, one of them twice, and one of a person. */
    static final String ROLES = """
            # Nodes: without these rows the cluster stands still.
            - groups:
              - system:bootstrappers
              - system:nodes
              rolearn: arn:aws:iam::111122223333:role/general-nodes
              username: system:node:{{EC2PrivateDNSName}}
            - groups:
              - system:bootstrappers
              - system:nodes
              - system:node-proxier
              rolearn: arn:aws:iam::111122223333:role/fargate-pods
              username: system:node:{{SessionName}}
            # eksctl counts node groups by repeating their role.
            - groups:
              - system:bootstrappers
              - system:nodes
              rolearn: arn:aws:iam::111122223333:role/general-nodes
              username: system:node:{{EC2PrivateDNSName}}
            - rolearn: arn:aws:iam::111122223333:role/data-science
              username: data-science
              groups: [notebooks]   # added by hand
            """;

    /** The usual content: {@link #ROLES}, no users, and a key that only its owner knows. */
    static final Map<String, String> USUAL = Map.of("mapRoles", ROLES, "somebodysKey", "kept as it is\n");

    static final AwsAuth ABSENT = new AwsAuth(null, null, Map.of());

    /** A row as people write it, on lines of its own. */
    static String row(String arn, String username, String group) {
        return """
                - rolearn: %s
                  username: %s
                  groups:
                  - %s
                """.formatted(arn, username, group);
    }

    /** A content with other roles. */
    static Map<String, String> withRoles(String roles) {
        Map<String, String> data = new LinkedHashMap<>(USUAL);
        data.put("mapRoles", roles);
        return data;
    }

    /** The section's text, empty when its key is absent. */
    String mapRoles() {
        return data.getOrDefault("mapRoles", "");
    }

    /** The section's text, empty when its key is absent. */
    String mapUsers() {
        return data.getOrDefault("mapUsers", "");
    }
}
