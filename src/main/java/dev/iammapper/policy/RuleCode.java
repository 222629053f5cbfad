package dev.iammapper.policy;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The codes of all rules, in the order of an object's fields; their words are part of the API. */
public enum RuleCode {
    /** A field without which the object means nothing is absent. */
    FIELD_MISSING("FieldMissing", RuleKind.DENIAL),
    /** An adopt annotation with an unknown word. */
    ADOPT_MALFORMED("AdoptMalformed", RuleKind.DENIAL),
    /** Not an ARN, or one that no principal can have. */
    ARN_MALFORMED("ArnMalformed", RuleKind.DENIAL),
    /** A wildcard, which EKS would compare as a letter. */
    ARN_WILDCARD("ArnWildcard", RuleKind.DENIAL),
    /** An ARN of something that never calls a cluster. */
    ARN_KIND_UNSUPPORTED("ArnKindUnsupported", RuleKind.DENIAL),
    /** The account's root, or a federated user: identities that people share. */
    ARN_ROOT_OR_FEDERATED("ArnRootOrFederated", RuleKind.POLICY),
    /** The role of an AWS service. */
    ARN_SERVICE_LINKED_ROLE("ArnServiceLinkedRole", RuleKind.WARNING),
    /** A partition in which the cluster is not. */
    PARTITION_MISMATCH("PartitionMismatch", RuleKind.DENIAL),
    /** An account that the policy does not know. */
    FOREIGN_ACCOUNT("ForeignAccount", RuleKind.POLICY),
    /** An IAM user, whose keys live long. */
    IAM_USER("IamUser", RuleKind.WARNING, RuleKind.POLICY),
    /** A username that cannot be written or audited faithfully. */
    USERNAME_MALFORMED("UsernameMalformed", RuleKind.DENIAL),
    /** Braces that no template of the authenticator has. */
    UNKNOWN_TEMPLATE("UnknownTemplate", RuleKind.DENIAL),
    /** The access key as part of the username. */
    ACCESS_KEY_TEMPLATE("AccessKeyTemplate", RuleKind.DENIAL),
    /** A template of a session for a principal that has none. */
    SESSION_TEMPLATE_ON_USER("SessionTemplateOnUser", RuleKind.DENIAL),
    /** A username that RBAC takes for a ServiceAccount. */
    SERVICE_ACCOUNT_USERNAME("ServiceAccountUsername", RuleKind.DENIAL),
    /** A username that the node authorizer takes for a node of the author's choice. */
    NODE_USERNAME("NodeUsername", RuleKind.DENIAL),
    /** Any other username that Kubernetes or AWS keep for themselves. */
    RESERVED_USERNAME("ReservedUsername", RuleKind.DENIAL),
    /** A username that is whatever the session says. */
    USERNAME_ONLY_TEMPLATE("UsernameOnlyTemplate", RuleKind.POLICY),
    /** A session's name that runs into the text before it. */
    TEMPLATE_WITHOUT_COLON("TemplateWithoutColon", RuleKind.WARNING),
    /** A session's name that the caller picks. */
    SESSION_CHOSEN_BY_CALLER("SessionChosenByCaller", RuleKind.INFORMATION),
    /** One username for everybody who may assume the role. */
    NO_SESSION_IN_USERNAME("NoSessionInUsername", RuleKind.WARNING),
    /** A group that cannot be written or audited faithfully. */
    GROUP_MALFORMED("GroupMalformed", RuleKind.DENIAL),
    /** A group that the caller picks. */
    GROUP_TEMPLATE("GroupTemplate", RuleKind.DENIAL),
    /** The group that RBAC can neither restrict nor revoke. */
    MASTERS_GRANT("MastersGrant", RuleKind.POLICY),
    /** The groups of nodes. */
    NODE_GRANT("NodeGrant", RuleKind.POLICY),
    /** Any other group that Kubernetes or AWS keep for themselves. */
    RESERVED_GROUP("ReservedGroup", RuleKind.DENIAL),
    /** Not an RFC 3339 instant. */
    INSTANT_MALFORMED("InstantMalformed", RuleKind.DENIAL),
    /** A grant that ends before it begins. */
    EXPIRY_ORDER("ExpiryOrder", RuleKind.DENIAL),
    /** A grant without end where the policy wants one. */
    EXPIRY_REQUIRED("ExpiryRequired", RuleKind.POLICY),
    /** A grant that ends later than the policy allows. */
    EXPIRY_TOO_LONG("ExpiryTooLong", RuleKind.POLICY),
    /** A grant that is over. */
    EXPIRY_IN_PAST("ExpiryInPast", RuleKind.WARNING),
    /** A label that looks like protection and is none. */
    PROTECTED_UNKNOWN("ProtectedUnknown", RuleKind.ADVICE),
    /** A changed grant in an object whose grant must stay. */
    PROTECTED_MAPPING("ProtectedMapping", RuleKind.DENIAL),
    /** A principal that another object maps. */
    DUPLICATE_PRINCIPAL("DuplicatePrincipal", RuleKind.DENIAL, RuleKind.WARNING),
    /** A username that another principal has. */
    SHARED_USERNAME("SharedUsername", RuleKind.WARNING),
    /** A group that is cluster-admin by another name. */
    ESCALATING_GROUP("EscalatingGroup", RuleKind.WARNING),
    /** A group that no binding names. */
    UNBOUND_GROUP("UnboundGroup", RuleKind.WARNING),
    /** A requester who gives away what is not theirs. */
    IMPERSONATION_CHECK("ImpersonationCheck", RuleKind.POLICY);

    private final String word;
    private final RuleKind kind;
    private final RuleKind other;

    RuleCode(String word, RuleKind kind) {
        this(word, kind, kind);
    }

    RuleCode(String word, RuleKind kind, RuleKind other) {
        this.word = word;
        this.kind = kind;
        this.other = other;
    }

    /** The stable CamelCase word. */
    public String word() {
        return word;
    }

    /** How strict the rule is in general. */
    public RuleKind kind() {
        return kind;
    }

    /** Every strictness that its findings may have; most rules have one. */
    public Set<RuleKind> kinds() {
        return kind == other ? Set.of(kind) : Set.of(kind, other);
    }

    /** The code of a word, compared by letter case. */
    public static Optional<RuleCode> of(String word) {
        return Arrays.stream(values()).filter(code -> code.word.equals(word)).findFirst();
    }
}
