package dev.iammapper.policy;

import java.util.List;

/** All rules, in the order in which they speak. */
final class Rules {
    static final List<Rule> ALL = List.of(
            parsed(RuleCode.FIELD_MISSING),
            parsed(RuleCode.ADOPT_MALFORMED),
            parsed(RuleCode.ARN_MALFORMED),
            parsed(RuleCode.ARN_WILDCARD),
            parsed(RuleCode.ARN_KIND_UNSUPPORTED),
            Rule.of(RuleCode.ARN_ROOT_OR_FEDERATED, PrincipalRules::rootOrFederated),
            Rule.of(RuleCode.ARN_SERVICE_LINKED_ROLE, PrincipalRules::serviceLinkedRole),
            new Rule(RuleCode.PARTITION_MISMATCH, (_, policy) -> policy.partition() != null,
                    PrincipalRules::partitionMismatch),
            Rule.of(RuleCode.FOREIGN_ACCOUNT, PrincipalRules::foreignAccount),
            Rule.of(RuleCode.IAM_USER, PrincipalRules::iamUser),
            parsed(RuleCode.USERNAME_MALFORMED),
            Rule.of(RuleCode.UNKNOWN_TEMPLATE, UsernameRules::unknownTemplate),
            Rule.of(RuleCode.ACCESS_KEY_TEMPLATE, UsernameRules::accessKeyTemplate),
            Rule.of(RuleCode.SESSION_TEMPLATE_ON_USER, UsernameRules::sessionTemplateOnUser),
            Rule.of(RuleCode.SERVICE_ACCOUNT_USERNAME, UsernameRules::serviceAccountUsername),
            Rule.of(RuleCode.NODE_USERNAME, NodeRules::nodeUsername),
            Rule.of(RuleCode.RESERVED_USERNAME, UsernameRules::reservedUsername),
            Rule.of(RuleCode.USERNAME_ONLY_TEMPLATE, UsernameRules::onlyTemplate),
            Rule.of(RuleCode.TEMPLATE_WITHOUT_COLON, UsernameRules::templateWithoutColon),
            Rule.of(RuleCode.SESSION_CHOSEN_BY_CALLER, UsernameRules::sessionChosenByCaller),
            Rule.of(RuleCode.NO_SESSION_IN_USERNAME, UsernameRules::noSession),
            parsed(RuleCode.GROUP_MALFORMED),
            Rule.of(RuleCode.GROUP_TEMPLATE, GroupRules::template),
            Rule.of(RuleCode.MASTERS_GRANT, GroupRules::masters),
            Rule.of(RuleCode.NODE_GRANT, NodeRules::nodeGrant),
            Rule.of(RuleCode.RESERVED_GROUP, GroupRules::reserved),
            parsed(RuleCode.INSTANT_MALFORMED),
            parsed(RuleCode.EXPIRY_ORDER),
            Rule.of(RuleCode.EXPIRY_REQUIRED, ExpiryRules::required),
            Rule.of(RuleCode.EXPIRY_TOO_LONG, ExpiryRules::tooLong),
            Rule.of(RuleCode.EXPIRY_IN_PAST, ExpiryRules::inPast),
            Rule.of(RuleCode.PROTECTED_UNKNOWN, LabelRules::protectedUnknown),
            Rule.of(RuleCode.PROTECTED_MAPPING, NeighbourRules::protectedMapping),
            new Rule(RuleCode.DUPLICATE_PRINCIPAL, Rules::neighboursAreKnown, NeighbourRules::duplicatePrincipal),
            new Rule(RuleCode.SHARED_USERNAME, Rules::neighboursAreKnown, NeighbourRules::sharedUsername),
            new Rule(RuleCode.ESCALATING_GROUP, Rules::bindingsAreKnown, GroupRules::escalating),
            new Rule(RuleCode.UNBOUND_GROUP, Rules::bindingsAreKnown, GroupRules::unbound),
            new Rule(RuleCode.IMPERSONATION_CHECK, ImpersonationRules::canBeAsked, ImpersonationRules::check));

    private Rules() {}

    /** A rule that the reader of objects has applied already. */
    private static Rule parsed(RuleCode code) {
        return Rule.of(code, (candidate, _, _) -> candidate.parts().errors().stream()
                .filter(error -> error.code().equals(code.word()))
                .map(error -> Remark.denial(error.path(), error.message(), error.advice())).toList());
    }

    private static boolean neighboursAreKnown(PolicyContext context, Policy policy) {
        return context.neighbours() != null;
    }

    private static boolean bindingsAreKnown(PolicyContext context, Policy policy) {
        return context.bindings() != null;
    }
}
