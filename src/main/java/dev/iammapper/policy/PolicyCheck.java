package dev.iammapper.policy;

import dev.iammapper.mapping.IamNames;
import dev.iammapper.mapping.Quoted;
import dev.iammapper.policy.Policy.Enforcement;
import dev.iammapper.policy.Policy.IamUsers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The one way from settings, wherever they were written, to a policy. */
final class PolicyCheck {
    static final String ENFORCEMENT = "enforcement";
    static final String PARTITION = "partition";
    static final String ACCOUNTS = "accounts";
    static final String MASTERS = "masters";
    static final String NODES = "nodes";
    static final String IAM_USERS = "iam-users";
    static final String ROOT_AND_FEDERATED = "root-and-federated";
    static final String USERNAME_ONLY_TEMPLATE = "username-only-template";
    static final String EXPIRY = "expiry";
    static final String EXPIRY_GROUPS = "groups";
    static final String EXPIRY_WITHIN = "within";
    static final String REQUESTER_MUST_HOLD = "requester-must-hold";
    static final String DENY_WARNINGS = "deny-warnings";

    private static final int MAX_ITEMS = 1_000;
    private static final int MAX_GROUP = 253;

    private final PolicySettings settings;
    private final List<SettingError> errors = new ArrayList<>();

    PolicyCheck(PolicySettings settings) {
        this.settings = settings;
    }

    ParsedPolicy check() {
        Enforcement enforcement = word(ENFORCEMENT, settings.enforcement(), Enforcement.class, Enforcement.DENY);
        String partition = partition(settings.partition());
        List<String> accounts = accounts(items(ACCOUNTS, settings.accounts()));
        boolean closed = !accounts.isEmpty();
        ArnPatterns masters = patterns(MASTERS, settings.masters(), closed);
        ArnPatterns nodes = patterns(NODES, settings.nodes(), closed);
        IamUsers iamUsers = word(IAM_USERS, settings.iamUsers(), IamUsers.class, IamUsers.WARN);
        ArnPatterns rootAndFederated = patterns(ROOT_AND_FEDERATED, settings.rootAndFederated(), closed);
        ArnPatterns onlyTemplate = patterns(USERNAME_ONLY_TEMPLATE, settings.usernameOnlyTemplate(), closed);
        List<ExpiryRule> expiry = expiry(items(EXPIRY, settings.expiry()));
        boolean requesterMustHold = flag(REQUESTER_MUST_HOLD, settings.requesterMustHold());
        Set<RuleCode> denyWarnings = codes(items(DENY_WARNINGS, settings.denyWarnings()));
        return errors.isEmpty()
                ? new ParsedPolicy.Valid(new Policy(enforcement, partition, accounts, masters, nodes, iamUsers,
                        rootAndFederated, onlyTemplate, expiry, requesterMustHold, denyWarnings))
                : new ParsedPolicy.Invalid(errors);
    }

    private <E extends Enum<E>> E word(String key, @Nullable String written, Class<E> type, E otherwise) {
        if (written == null) {
            return otherwise;
        }
        for (E constant : type.getEnumConstants()) {
            if (wordOf(constant).equals(written)) {
                return constant;
            }
        }
        List<String> words = Arrays.stream(type.getEnumConstants()).map(PolicyCheck::wordOf).toList();
        add(key, "is " + Quoted.text(written) + ".", "Write one of " + String.join(", ", words) + ".");
        return otherwise;
    }

    static String wordOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private @Nullable String partition(@Nullable String written) {
        if (written == null || written.isEmpty()) {
            return null;
        }
        if (!IamNames.isPartition(written)) {
            add(PARTITION, "is " + Quoted.text(written) + ", which does not exist.",
                    "Write one of " + String.join(", ", IamNames.PARTITIONS) + ", or nothing when it is not known.");
        }
        return written;
    }

    private List<String> accounts(List<String> written) {
        Set<String> accounts = new LinkedHashSet<>();
        for (int index = 0; index < written.size(); index++) {
            String account = Objects.requireNonNullElse(written.get(index), "");
            if (IamNames.isAccountId(account)) {
                accounts.add(account);
            } else {
                add(item(ACCOUNTS, index), "is " + Quoted.text(account) + ", which is not 12 digits.",
                        "Write the account's 12 digits in quotes, with leading zeros and without dashes.");
            }
        }
        return List.copyOf(accounts);
    }

    private ArnPatterns patterns(String key, @Nullable List<String> setting, boolean closed) {
        Set<ArnPattern> patterns = new LinkedHashSet<>();
        List<String> written = items(key, setting);
        for (int index = 0; index < written.size(); index++) {
            String path = item(key, index);
            switch (ArnPattern.parse(Objects.requireNonNullElse(written.get(index), ""))) {
                case ArnPattern.Parsed.Valid(ArnPattern pattern) -> {
                    if (pattern.hasOpenAccount() && !closed) {
                        add(path, "names every AWS account, also those of strangers.",
                                "Write the account's 12 digits, or say under \"" + ACCOUNTS
                                        + "\" which accounts may be mapped at all.");
                    }
                    patterns.add(pattern);
                }
                case ArnPattern.Parsed.Invalid(String message, String advice) -> add(path, message, advice);
            }
        }
        return new ArnPatterns(List.copyOf(patterns));
    }

    private List<ExpiryRule> expiry(List<PolicySettings.Expiry> written) {
        List<ExpiryRule> rules = new ArrayList<>();
        for (int index = 0; index < written.size(); index++) {
            String path = item(EXPIRY, index);
            PolicySettings.Expiry rule = written.get(index);
            List<String> groups = items(path + "." + EXPIRY_GROUPS, rule.groups());
            if (groups.isEmpty()) {
                add(path + "." + EXPIRY_GROUPS, "names no group.",
                        "Write the groups that must end; \"*\" stands for any characters.");
            }
            checkGroups(path + "." + EXPIRY_GROUPS, groups);
            Duration within = within(path + "." + EXPIRY_WITHIN, rule.within());
            if (errors.isEmpty()) {
                rules.add(new ExpiryRule(groups, within));
            }
        }
        return rules;
    }

    private void checkGroups(String key, List<String> groups) {
        for (int index = 0; index < groups.size(); index++) {
            String group = Objects.requireNonNullElse(groups.get(index), "");
            if (group.isEmpty() || group.length() > MAX_GROUP || !group.codePoints()
                    .allMatch(character -> Quoted.isShowable(character) && !Character.isSpaceChar(character)
                            && character != ',')) {
                add(item(key, index), "is " + Quoted.text(group) + ", which no group can be named.",
                        "Write the name of a group; \"*\" stands for any characters.");
            }
        }
    }

    private @Nullable Duration within(String key, @Nullable String written) {
        if (written == null || written.isEmpty()) {
            return null;
        }
        Optional<Duration> duration = Durations.read(written);
        if (duration.isEmpty()) {
            add(key, "is " + Quoted.text(written) + ".", "Write a time from one minute to 100 years, such as \"90m\","
                    + " \"12h\" or \"30d\".");
        }
        return duration.orElse(null);
    }

    private boolean flag(String key, @Nullable String written) {
        if (written == null || written.equals("false")) {
            return false;
        }
        if (!written.equals("true")) {
            add(key, "is " + Quoted.text(written) + ".", "Write true or false.");
        }
        return true;
    }

    private Set<RuleCode> codes(List<String> written) {
        Set<RuleCode> codes = EnumSet.noneOf(RuleCode.class);
        for (int index = 0; index < written.size(); index++) {
            String word = Objects.requireNonNullElse(written.get(index), "");
            Optional<RuleCode> code = RuleCode.of(word);
            if (code.isEmpty()) {
                add(item(DENY_WARNINGS, index), "is " + Quoted.text(word) + ", which no rule is called.",
                        nearestWarning(word));
            } else if (!code.get().kinds().contains(RuleKind.WARNING)) {
                add(item(DENY_WARNINGS, index),
                        "is " + word + ", whose findings are never warnings that could be denied.",
                        nearestWarning(word));
            } else {
                codes.add(code.get());
            }
        }
        return codes;
    }

    private static String nearestWarning(String word) {
        List<String> warnings = Arrays.stream(RuleCode.values())
                .filter(code -> code.kinds().contains(RuleKind.WARNING)).map(RuleCode::word).toList();
        return Nearest.to(word, warnings).map(near -> "Did you mean " + near + "?")
                .orElseGet(() -> "Write one of " + String.join(", ", warnings) + ".");
    }

    private <T> List<T> items(String key, @Nullable List<T> written) {
        if (written == null) {
            return List.of();
        }
        if (written.size() > MAX_ITEMS) {
            add(key, "has " + written.size() + " items; " + MAX_ITEMS + " are allowed.",
                    "Cover several of them with a \"*\".");
            return List.of();
        }
        return written;
    }

    private static String item(String key, int index) {
        return key + "[" + index + "]";
    }

    private void add(String key, String message, String advice) {
        errors.add(SettingError.of(key, message, advice));
    }
}
