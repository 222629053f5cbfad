package dev.iammapper.policy;

import java.util.List;
import java.util.Optional;

/**
 * Names that Kubernetes and EKS keep for themselves. The prefixes are those that EKS refuses in access entries ("Create
 * access entries" in the EKS User Guide); RBAC compares all names with their letter case.
 */
final class ReservedNames {
    static final String MASTERS = "system:masters";
    static final String SERVICE_ACCOUNT = "system:serviceaccount:";
    static final String NODE = "system:node:";
    static final List<String> PREFIXES = List.of("system:", "eks:", "aws:", "amazon:", "iam:");

    private ReservedNames() {}

    /** The reserved prefix with which the group begins. */
    static Optional<String> prefixOf(String group) {
        return PREFIXES.stream().filter(group::startsWith).findFirst();
    }

    /** The reserved prefix with which the username begins for some session. */
    static Optional<String> prefixOf(NameTemplate username) {
        return PREFIXES.stream().filter(username::canStartWith).findFirst();
    }
}
