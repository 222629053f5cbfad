package dev.iammapper.cli.lint;

import dev.iammapper.policy.RuleCode;

/** What the codes of the rules are about, for the lists of rules in reports. */
final class CodeDescriptions {
    private CodeDescriptions() {}

    /** A sentence; {@code docs/rules.md} says the rest. */
    static String of(RuleCode code) {
        return switch (code) {
            case FIELD_MISSING -> "A field without which the object means nothing is absent.";
            case ADOPT_MALFORMED -> "An adopt annotation with an unknown word.";
            case ARN_MALFORMED -> "Not an ARN, or one that no principal can have.";
            case ARN_WILDCARD -> "A wildcard, which EKS would compare as a letter.";
            case ARN_KIND_UNSUPPORTED -> "An ARN of something that never calls a cluster.";
            case ARN_ROOT_OR_FEDERATED -> "The account's root, or a federated user: identities that people share.";
            case ARN_SERVICE_LINKED_ROLE -> "The role of an AWS service.";
            case PARTITION_MISMATCH -> "A partition in which the cluster is not.";
            case FOREIGN_ACCOUNT -> "An account that the policy does not know.";
            case IAM_USER -> "An IAM user, whose keys live long.";
            case USERNAME_MALFORMED -> "A username that cannot be written or audited faithfully.";
            case UNKNOWN_TEMPLATE -> "Braces that no template of the authenticator has.";
            case ACCESS_KEY_TEMPLATE -> "The access key as part of the username.";
            case SESSION_TEMPLATE_ON_USER -> "A template of a session for a principal that has none.";
            case SERVICE_ACCOUNT_USERNAME -> "A username that RBAC takes for a ServiceAccount.";
            case NODE_USERNAME -> "A username that the node authorizer takes for a node of the author's choice.";
            case RESERVED_USERNAME -> "Any other username that Kubernetes or AWS keep for themselves.";
            case USERNAME_ONLY_TEMPLATE -> "A username that is whatever the session says.";
            case TEMPLATE_WITHOUT_COLON -> "A session's name that runs into the text before it.";
            case SESSION_CHOSEN_BY_CALLER -> "A session's name that the caller picks.";
            case NO_SESSION_IN_USERNAME -> "One username for everybody who may assume the role.";
            case GROUP_MALFORMED -> "A group that cannot be written or audited faithfully.";
            case GROUP_TEMPLATE -> "A group that the caller picks.";
            case MASTERS_GRANT -> "The group that RBAC can neither restrict nor revoke.";
            case NODE_GRANT -> "The groups of nodes.";
            case RESERVED_GROUP -> "Any other group that Kubernetes or AWS keep for themselves.";
            case INSTANT_MALFORMED -> "Not an RFC 3339 instant.";
            case EXPIRY_ORDER -> "A grant that ends before it begins.";
            case EXPIRY_REQUIRED -> "A grant without end where the policy wants one.";
            case EXPIRY_TOO_LONG -> "A grant that ends later than the policy allows.";
            case EXPIRY_IN_PAST -> "A grant that is over.";
            case PROTECTED_UNKNOWN -> "The label iammapper.dev/protected has a word that protects nothing.";
            case PROTECTED_MAPPING -> "A changed grant in an object whose grant must stay.";
            case DUPLICATE_PRINCIPAL -> "A principal that another object maps.";
            case SHARED_USERNAME -> "A username that another principal has.";
            case ESCALATING_GROUP -> "A group that is cluster-admin by another name.";
            case UNBOUND_GROUP -> "A group that no binding names.";
            case IMPERSONATION_CHECK -> "A requester who gives away what is not theirs.";
        };
    }
}
