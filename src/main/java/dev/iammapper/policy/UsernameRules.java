package dev.iammapper.policy;

import dev.iammapper.mapping.MappingParts;
import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.mapping.PrincipalArn.Kind;
import dev.iammapper.mapping.Quoted;
import dev.iammapper.policy.NameTemplate.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rules about usernames, for every name that their templates can render to. */
final class UsernameRules {
    static final String PATH = "spec.username";

    private UsernameRules() {}

    static List<Remark> unknownTemplate(Candidate candidate, PolicyContext context, Policy policy) {
        List<Remark> remarks = new ArrayList<>();
        if (candidate.username() != null) {
            addBroken(remarks, PATH, candidate.username());
        }
        for (MappingParts.Group group : candidate.parts().groups()) {
            NameTemplate template = NameTemplate.of(group.name());
            if (template.variables().isEmpty()) {
                addBroken(remarks, group.path(), template);
            }
        }
        return remarks;
    }

    private static void addBroken(List<Remark> remarks, String path, NameTemplate name) {
        String broken = name.brokenTemplate();
        if (broken == null) {
            return;
        }
        List<String> known = Arrays.stream(Variable.values()).filter(variable -> variable != Variable.ACCESS_KEY_ID)
                .map(Variable::text).toList();
        Optional<String> near = Nearest.to(broken, known);
        remarks.add(Remark.denial(path,
                "holds " + Quoted.text(broken) + ", which is no template: EKS leaves it as it is.",
                near.map(template -> "Write \"" + template + "\", letter by letter.")
                        .orElseGet(() -> "Templates are " + String.join(", ", known) + ", letter by letter.")));
    }

    static List<Remark> accessKeyTemplate(Candidate candidate, PolicyContext context, Policy policy) {
        NameTemplate username = candidate.username();
        if (username == null || !username.has(Variable.ACCESS_KEY_ID)) {
            return List.of();
        }
        return List.of(Remark.denial(PATH,
                "holds \"{{AccessKeyID}}\", which callers could forge (CVE-2022-2385) and which changes by the hour.",
                "Write \"{{SessionName}}\" instead."));
    }

    static List<Remark> sessionTemplateOnUser(Candidate candidate, PolicyContext context, Policy policy) {
        PrincipalArn principal = candidate.parts().principal();
        NameTemplate username = candidate.username();
        if (principal == null || principal.kind() == Kind.ROLE || username == null) {
            return List.of();
        }
        return username.variables().stream().filter(Variable::isOfSession).findFirst()
                .map(variable -> Remark.denial(PATH,
                        "holds \"" + variable.text() + "\", but only roles have sessions: "
                                + (variable.isSessionName()
                                        ? "EKS puts nothing in its place."
                                        : "EKS refuses such a login."),
                        "Write the username as plain text, without the template."))
                .stream().toList();
    }

    static List<Remark> serviceAccountUsername(Candidate candidate, PolicyContext context, Policy policy) {
        NameTemplate username = candidate.username();
        if (username == null || !username.canStartWith(ReservedNames.SERVICE_ACCOUNT)) {
            return List.of();
        }
        return List.of(Remark.denial(PATH,
                startsWith(username, ReservedNames.SERVICE_ACCOUNT)
                        + ": RBAC takes such a user for that ServiceAccount.",
                "Write a username of your own, and bind it to the roles that the ServiceAccount has."));
    }

    static List<Remark> reservedUsername(Candidate candidate, PolicyContext context, Policy policy) {
        NameTemplate username = candidate.username();
        if (username == null || username.canStartWith(ReservedNames.SERVICE_ACCOUNT)
                || username.canStartWith(ReservedNames.NODE)) {
            return List.of();
        }
        return ReservedNames.prefixOf(username)
                .map(prefix -> Remark.denial(PATH,
                        startsWith(username, prefix) + ", which Kubernetes and EKS keep for themselves.",
                        "Begin it with a word of your own, as in \"team:{{SessionName}}\"."))
                .stream().toList();
    }

    /** How the username comes to the prefix: as it stands, or by the choice of whoever opens a session. */
    static String startsWith(NameTemplate username, String prefix) {
        String written = username.fixedText(null);
        return written.startsWith(prefix)
                ? "starts with \"" + prefix + "\""
                : Quoted.text(written) + " starts with \"" + prefix + "\" for some sessions";
    }

    static List<Remark> onlyTemplate(Candidate candidate, PolicyContext context, Policy policy) {
        NameTemplate username = candidate.username();
        if (username == null || !isOnlyTemplate(username)
                || policy.usernameOnlyTemplate().name(candidate.parts().principal())) {
            return List.of();
        }
        return List.of(Remark.policy(PATH,
                "has no text before its template: whoever names the session can be any user that RBAC binds.",
                "Begin it with a word of your own and a colon, as in \"team:{{SessionName}}\". " + PolicyLines
                        .allowing(PolicyCheck.USERNAME_ONLY_TEMPLATE, candidate.parts().principal())));
    }

    private static boolean isOnlyTemplate(NameTemplate username) {
        return !username.isFixed() && username.beforeFirstVariable().isEmpty();
    }

    static List<Remark> templateWithoutColon(Candidate candidate, PolicyContext context, Policy policy) {
        NameTemplate username = candidate.username();
        if (username == null || isOnlyTemplate(username)
                || username.variables().stream().noneMatch(Variable::isSessionName)
                || username.hasColonBeforeSessionName() || isRefused(username)) {
            return List.of();
        }
        return List.of(Remark.warning(PATH,
                "has no colon before the session's name: together they can make another user's name, and access"
                        + " entries do not take it.",
                "Put a colon before the template, as in \"team:{{SessionName}}\"."));
    }

    static List<Remark> sessionChosenByCaller(Candidate candidate, PolicyContext context, Policy policy) {
        PrincipalArn role = role(candidate);
        NameTemplate username = candidate.username();
        if (role == null || IdentityCenter.isRole(role) || username == null) {
            return List.of();
        }
        return username.variables().stream().filter(Variable::isSessionName).findFirst()
                .map(variable -> new Remark(RuleKind.INFORMATION, PATH,
                        "takes the name of the session, which the caller picks unless the role's trust policy pins it"
                                + (variable == Variable.SESSION_NAME ? "; \"a@b\" and \"a-b\" become the same." : "."),
                        "Pin sts:RoleSessionName in the role's trust policy, or map roles of Identity Center.", null))
                .stream().toList();
    }

    static List<Remark> noSession(Candidate candidate, PolicyContext context, Policy policy) {
        PrincipalArn role = role(candidate);
        NameTemplate username = candidate.username();
        if (role == null || username == null || !username.isFixed() || isRefused(username)) {
            return List.of();
        }
        return List.of(Remark.warning(PATH,
                "is the same for everybody who assumes the role: audit logs cannot tell people apart.",
                "Add the session, as in " + Quoted.text(username.fixedText(null) + ":{{SessionName}}") + "."));
    }

    /** Whether another rule refuses the name as a whole, so that no word about its parts helps. */
    private static boolean isRefused(NameTemplate username) {
        return username.brokenTemplate() != null || ReservedNames.prefixOf(username).isPresent();
    }

    private static @Nullable PrincipalArn role(Candidate candidate) {
        PrincipalArn principal = candidate.parts().principal();
        return principal == null || principal.kind() != Kind.ROLE ? null : principal;
    }
}
