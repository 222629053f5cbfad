package dev.iammapper.render;

import dev.iammapper.mapping.Adoption;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.ParsedArn;
import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.mapping.PrincipalKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything in a cluster on which a pass depends, to be changed step by step; passes are run as the controller does.
 */
final class Scene {
    static final String ROLE = "arn:aws:iam::111122223333:role/Dev";
    static final String USER = "arn:aws:iam::111122223333:user/Ann";
    static final String DEFINITION = "definition-1";

    private AwsAuthData awsAuth = AwsAuthData.EMPTY;
    private @Nullable String awsAuthUid = "aws-auth-1";
    private Ledger ledger = new Ledger(1, "aws-auth-1", Map.of(), Map.of());
    private final Map<String, IdentityMapping> objects = new TreeMap<>();
    private final Set<String> inactive = new HashSet<>();
    private final Set<String> invalid = new HashSet<>();
    private final Set<String> witnessed = new HashSet<>();
    private final Set<PrincipalKey> recoverable = new HashSet<>();
    private final Set<PrincipalKey> withheld = new HashSet<>();
    private final Set<PrincipalKey> roomless = new HashSet<>();
    private final Set<String> expired = new HashSet<>();
    private final Set<String> guarded = new HashSet<>();
    private final Set<PrincipalKey> contended = new HashSet<>();
    private RemovalBrake brake = loose();
    private int otherBytes;
    private String definition = DEFINITION;

    /** A brake that never holds: most tests are about something else. */
    static RemovalBrake loose() {
        return new RemovalBrake(Integer.MAX_VALUE, 100, Duration.ofMinutes(10), Instant.parse("2026-01-01T00:00:00Z"));
    }

    // ---- what is there

    Scene mapRoles(@Nullable String text) {
        awsAuth = awsAuth.with(Section.ROLES, text);
        return this;
    }

    Scene mapUsers(@Nullable String text) {
        awsAuth = awsAuth.with(Section.USERS, text);
        return this;
    }

    Scene awsAuth(AwsAuthData data) {
        awsAuth = data;
        return this;
    }

    Scene awsAuthUid(@Nullable String uid) {
        awsAuthUid = uid;
        return this;
    }

    Scene ledger(Ledger stored) {
        ledger = stored;
        return this;
    }

    Scene claim(Section section, String arn, @Nullable String applied, @Nullable String pending) {
        Map<Claim.Key, Claim> claims = new TreeMap<>(ledger.claims());
        claims.put(new Claim.Key(section, PrincipalKey.of(arn).value()),
                new Claim("mapping", "uid-mapping", DEFINITION, applied == null ? null : Meaning.of(grant(applied)),
                        pending == null ? null : Meaning.of(grant(pending))));
        return ledger(new Ledger(ledger.term(), ledger.awsAuthUid(), claims, ledger.emptyForms()));
    }

    /** Puts an object there, or changes it; its uid follows from its name. */
    Scene object(IdentityMapping mapping) {
        objects.put(mapping.name(), mapping);
        return this;
    }

    Scene object(String name, String arn, Grant grant, Adoption adoption) {
        return object(mapping(name, arn, grant, adoption));
    }

    Scene object(String name, String arn, Grant grant) {
        return object(name, arn, grant, Adoption.NONE);
    }

    /** The object stays, but its grant does not hold now. */
    Scene inactive(String name) {
        inactive.add(name);
        return this;
    }

    /** The object stays, but cannot be understood any more. */
    Scene invalid(String name) {
        invalid.add(name);
        return this;
    }

    Scene valid(String name) {
        invalid.remove(name);
        return this;
    }

    Scene delete(String name) {
        objects.remove(name);
        return this;
    }

    Scene witnessed(String name) {
        witnessed.add(uid(name));
        return this;
    }

    Scene recoverable(String arn) {
        recoverable.add(PrincipalKey.of(arn));
        return this;
    }

    Scene withheld(String arn) {
        withheld.add(PrincipalKey.of(arn));
        return this;
    }

    Scene roomless(String arn) {
        roomless.add(PrincipalKey.of(arn));
        return this;
    }

    /** The object's grant is over by its own word. */
    Scene expired(String name) {
        expired.add(uid(name));
        return inactive(name);
    }

    /** The object is labelled as protected. */
    Scene guarded(String name) {
        guarded.add(uid(name));
        return this;
    }

    Scene unguarded(String name) {
        guarded.remove(uid(name));
        return this;
    }

    Scene contended(String arn) {
        contended.add(PrincipalKey.of(arn));
        return this;
    }

    Scene brake(int rows, int percent) {
        brake = new RemovalBrake(rows, percent, brake.window(), brake.now());
        return this;
    }

    Scene later(Duration time) {
        brake = new RemovalBrake(brake.rows(), brake.percent(), brake.window(), brake.now().plus(time));
        return this;
    }

    Scene otherBytes(int bytes) {
        otherBytes = bytes;
        return this;
    }

    /** A person lets everything go that is held. */
    Scene release() {
        return ledger(HeldRemovals.released(ledger));
    }

    Scene nothingWithheld() {
        withheld.clear();
        return this;
    }

    Scene definition(String uid) {
        definition = uid;
        return this;
    }

    // ---- passes

    RenderInput input() {
        List<IdentityMapping> wanted = objects.values().stream()
                .filter(mapping -> !inactive.contains(mapping.name()) && !invalid.contains(mapping.name())).toList();
        Set<String> present = new HashSet<>();
        objects.values().forEach(mapping -> present.add(mapping.uid()));
        Set<String> nonsense = new HashSet<>();
        invalid.forEach(name -> nonsense.add(uid(name)));
        return new RenderInput(awsAuth, awsAuthUid, ledger, wanted,
                new RenderInput.Objects(definition, present, nonsense, expired, Set.of(), guarded, witnessed),
                recoverable, withheld, roomless, contended, brake, otherBytes);
    }

    RenderPlan plan() {
        return AwsAuthRenderer.render(input());
    }

    /** A whole pass: claims, rows, confirmation. */
    RenderPlan pass() {
        RenderPlan plan = plan();
        ledger = plan.confirmed();
        awsAuth = plan.next();
        return plan;
    }

    /** A pass that dies before it writes aws-auth. */
    Scene dieBehindClaims() {
        ledger = plan().ahead();
        return this;
    }

    /** A pass that dies before it confirms. */
    Scene dieBehindRows() {
        RenderPlan plan = plan();
        ledger = plan.ahead();
        awsAuth = plan.next();
        return this;
    }

    // ---- what can be seen

    AwsAuthData awsAuth() {
        return awsAuth;
    }

    @Nullable
    String mapRoles() {
        return awsAuth.mapRoles();
    }

    @Nullable
    String mapUsers() {
        return awsAuth.mapUsers();
    }

    Ledger ledger() {
        return ledger;
    }

    Scene copy() {
        Scene copy = new Scene();
        copy.awsAuth = awsAuth;
        copy.awsAuthUid = awsAuthUid;
        copy.ledger = ledger;
        copy.objects.putAll(objects);
        copy.inactive.addAll(inactive);
        copy.invalid.addAll(invalid);
        copy.witnessed.addAll(witnessed);
        copy.recoverable.addAll(recoverable);
        copy.withheld.addAll(withheld);
        copy.roomless.addAll(roomless);
        copy.expired.addAll(expired);
        copy.guarded.addAll(guarded);
        copy.contended.addAll(contended);
        copy.brake = brake;
        copy.otherBytes = otherBytes;
        copy.definition = definition;
        return copy;
    }

    /** The other cluster then has the same objects. */
    void copyObjectsTo(Scene other) {
        other.objects.clear();
        other.objects.putAll(objects);
        other.witnessed.addAll(witnessed);
    }

    // ---- words

    /** A grant for each letter: any two letters differ. */
    static Grant grant(String letter) {
        return new Grant("user-" + letter, List.of("group-" + letter));
    }

    static Grant node() {
        return new Grant("system:node:{{EC2PrivateDNSName}}", List.of("system:bootstrappers", "system:nodes"));
    }

    /** A row as eksctl writes it. */
    static String row(String arn, Grant grant) {
        StringBuilder row = new StringBuilder(arn.contains(":user/") ? "- userarn: " : "- rolearn: ").append(arn)
                .append("\n  username: ").append(quoted(grant.username())).append('\n');
        if (!grant.groups().isEmpty()) {
            row.append("  groups:\n");
            grant.groups().forEach(group -> row.append("  - ").append(quoted(group)).append('\n'));
        }
        return row.toString();
    }

    private static String quoted(String value) {
        return value.contains("{") ? "'" + value + "'" : value;
    }

    static String uid(String name) {
        return "uid-" + name;
    }

    static PrincipalArn principal(String arn) {
        if (PrincipalArn.parse(arn) instanceof ParsedArn.Valid(PrincipalArn principal)) {
            return principal;
        }
        throw new IllegalArgumentException(arn);
    }

    static IdentityMapping mapping(String name, String arn, Grant grant, Adoption adoption) {
        return new IdentityMapping(name, uid(name), Instant.EPOCH, principal(arn), grant, null, null, adoption);
    }
}
