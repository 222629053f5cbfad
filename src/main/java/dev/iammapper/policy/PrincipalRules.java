package dev.iammapper.policy;

import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.mapping.PrincipalArn.Kind;
import java.util.List;
import java.util.Locale;

/** Rules about who is mapped. */
final class PrincipalRules {
    private static final String PATH = "spec.arn";
    private static final String SERVICE_LINKED = "/aws-service-role/";

    private PrincipalRules() {}

    static List<Remark> rootOrFederated(Candidate candidate, PolicyContext context, Policy policy) {
        PrincipalArn principal = candidate.parts().principal();
        if (principal == null || policy.rootAndFederated().name(principal)) {
            return List.of();
        }
        return switch (principal.kind()) {
            case ROLE, USER -> List.of();
            case ROOT -> List.of(Remark.policy(PATH,
                    "is the root of the account " + principal.accountId() + ", whom nobody can tell apart from others.",
                    "Map a role that people assume. "
                            + PolicyLines.allowing(PolicyCheck.ROOT_AND_FEDERATED, principal)));
            case FEDERATED_USER -> List.of(Remark.policy(PATH,
                    "is a federated user, whose name is chosen by whoever asks STS for its token.",
                    "Map a role that people assume. "
                            + PolicyLines.allowing(PolicyCheck.ROOT_AND_FEDERATED, principal)));
        };
    }

    static List<Remark> serviceLinkedRole(Candidate candidate, PolicyContext context, Policy policy) {
        PrincipalArn principal = candidate.parts().principal();
        if (principal == null || principal.kind() != Kind.ROLE
                || !principal.path().toLowerCase(Locale.ROOT).startsWith(SERVICE_LINKED)) {
            return List.of();
        }
        return List.of(Remark.warning(PATH,
                "is a service-linked role, which an AWS service assumes and access entries do not take.",
                "Keep it as long as the service needs it, and plan to stay with aws-auth for it."));
    }

    static List<Remark> partitionMismatch(Candidate candidate, PolicyContext context, Policy policy) {
        PrincipalArn principal = candidate.parts().principal();
        String partition = policy.partition();
        if (principal == null || partition == null || principal.partition().equals(partition)) {
            return List.of();
        }
        return List.of(Remark.denial(PATH,
                "is in the partition \"" + principal.partition() + "\", but the cluster is in \"" + partition
                        + "\": no token of the former is valid here.",
                "Write \"arn:" + partition + ":…\" with an account of that partition."));
    }

    static List<Remark> foreignAccount(Candidate candidate, PolicyContext context, Policy policy) {
        PrincipalArn principal = candidate.parts().principal();
        if (principal == null || policy.accounts().isEmpty() || policy.accounts().contains(principal.accountId())) {
            return List.of();
        }
        return List.of(Remark.policy(PATH,
                "is in the account " + principal.accountId() + ", which is none of the policy's accounts.",
                "Compare the digits. " + PolicyLines.allowing(PolicyCheck.ACCOUNTS, principal.accountId())));
    }

    /** With system:masters a user is denied even where users are welcome, unless the policy names it as a user. */
    static List<Remark> iamUser(Candidate candidate, PolicyContext context, Policy policy) {
        PrincipalArn principal = candidate.parts().principal();
        if (principal == null || principal.kind() != Kind.USER) {
            return List.of();
        }
        boolean named = policy.masters().nameUser(principal);
        if (candidate.hasGroup(ReservedNames.MASTERS) && !named) {
            return List.of(Remark.policy(PATH,
                    "is an IAM user, whose access keys never expire, and gets system:masters.",
                    "Map a role that the person assumes. " + PolicyLines.allowing(PolicyCheck.MASTERS, principal)));
        }
        Remark remark = Remark.policy(PATH, "is an IAM user, whose access keys never expire.",
                "Map a role that the person or program assumes.");
        return switch (policy.iamUsers()) {
            case ALLOW -> List.of();
            case WARN -> List.of(Remark.warning(remark.path(), remark.message(), remark.advice()));
            case DENY -> named ? List.of() : List.of(remark);
        };
    }
}
