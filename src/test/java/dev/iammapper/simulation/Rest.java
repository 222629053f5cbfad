package dev.iammapper.simulation;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.mapping.Grant;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Section;
import dev.iammapper.simulation.ApiServerModel.ConfigMap;
import dev.iammapper.simulation.Books.Entry;
import dev.iammapper.simulation.Books.Owner;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.ServedDefinition;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must be true of a cluster in which nobody acts any more and the controller has come to rest. */
final class Rest {
    private static final int ROOM = (900 << 10) - 600;

    private final World world;
    private final Books books;
    private final Wants wants;

    Rest(World world) {
        this.world = world;
        this.books = world.books();
        this.wants = Wants.of(world.server().objects().values(), world.clock().instant());
    }

    /** Judges; {@code held} is why the controller writes nothing, or null. */
    void judge(@Nullable String held) {
        if (held != null) {
            mayBeHeld(held);
            return;
        }
        world.server().objects().values().forEach(this::isToldTheTruth);
        world.server().objects().values().forEach(this::protectionIsKnown);
        wants.byPrincipal().forEach(this::isIn);
        books.allIsRecovered(wants);
        for (Section section : Section.values()) {
            if (!books.isSpoiled(section)) {
                books.entries(section).forEach(entry -> hasAnOwner(section, entry));
            }
        }
    }

    /** Without objects, and with nothing held, there is no claim and no row of the controller's. */
    void judgeTheEnd() {
        judge(null);
        Ledger ledger = books.ledger();
        if (ledger != null && !ledger.claims().isEmpty()) {
            throw new Violation("claims were left behind: " + ledger.claims());
        }
    }

    private void mayBeHeld(String held) {
        boolean definition = !(world.server().definition() instanceof ServedDefinition.Served);
        boolean ledger = world.server().configMap(LedgerStore.NAME) != null && books.ledger() == null;
        boolean lost = world.server().configMap(LedgerStore.NAME) == null
                && (books.isSpoiled(Section.ROLES) || books.isSpoiled(Section.USERS));
        boolean paused = books.ledger() != null && books.ledger().pause() != null;
        if (!definition && !ledger && !lost && !paused) {
            throw new Violation("the controller is held without need: " + held);
        }
    }

    // ---- objects

    private void isToldTheTruth(IamIdentityMapping object) {
        String name = ModelCluster.name(object);
        String reason = Wants.reason(object);
        String principal = Wants.principal(Wants.spec(object));
        Set<String> true_ = switch (Objects.requireNonNull(wants.kinds().get(name))) {
            case ROW -> row(principal, Wants.grant(Wants.spec(object)));
            case LOST -> Set.of("Conflict");
            case EARLY -> rowsMayStay(principal) ? Set.of("NotYetActive", "Pending") : Set.of("NotYetActive");
            case OVER -> rowsMayStay(principal) ? Set.of("Expired", "Pending") : Set.of("Expired");
            case BARRED -> Set.of("PolicyViolation");
            case INVALID -> Set.of("Invalid");
        };
        if (reason == null || !true_.contains(reason)) {
            throw new Violation(
                    "a status is not true: " + name + " says " + reason + ", and the truth is " + true_ + "; "
                            + principal + " becomes " + books.deciding(principal) + "; " + object);
        }
        if (!Objects.equals(Objects.requireNonNull(object.status()).observedGeneration(),
                ApiServerModel.meta(object).getGeneration())) {
            throw new Violation("a status speaks of an older generation: " + name);
        }
        boolean applied = Objects.requireNonNull(object.status().conditions()).stream().anyMatch(
                each -> MappingCondition.APPLIED.equals(each.type()) && "True".equals(each.status()));
        if (applied != (reason.equals("Applied") || reason.equals("AlreadyPresent"))) {
            throw new Violation("conditions contradict each other: " + name);
        }
    }

    /** Should the object vanish, only the ledger remembers. */
    private void protectionIsKnown(IamIdentityMapping object) {
        Ledger ledger = books.ledger();
        if (ledger != null && wants.kinds().get(ModelCluster.name(object)) == Wants.Kind.ROW
                && ledger.claims().entrySet().stream().anyMatch(claim -> claim.getValue().uid()
                        .equals(ApiServerModel.meta(object).getUid())
                        && !books.isSpoiled(claim.getKey().section()) && !isFull()
                        && claim.getValue().guarded() != Wants.isProtected(object))) {
            throw new Violation("the ledger does not know that an object is protected, or no more: "
                    + ModelCluster.name(object));
        }
    }

    /** A row in a section that cannot be read cannot go; whether another one may stay is judged with the rows. */
    private boolean rowsMayStay(String principal) {
        return books.isSpoiled(Section.ROLES) || books.isSpoiled(Section.USERS) || isClaimed(principal);
    }

    private boolean isClaimed(String principal) {
        Ledger ledger = books.ledger();
        return ledger != null
                && ledger.claims().keySet().stream().anyMatch(key -> key.principal().equals(principal));
    }

    private Set<String> row(String principal, Grant grant) {
        if (unread(principal)) {
            return Set.of("AwsAuthMalformed");
        }
        if (!isIn(principal, List.of(grant))) {
            if (isFull()) {
                return Set.of("AwsAuthFull", "ForeignEntry");
            }
            if (!books.hasForeign(principal)) {
                throw new Violation("a wanted principal that nothing contradicts is not in: " + principal + " becomes "
                        + books.deciding(principal));
            }
            return Set.of("ForeignEntry");
        }
        boolean ours = false;
        boolean theirs = false;
        for (Section section : Section.values()) {
            for (Entry entry : books.entries(section)) {
                if (entry.row() != null && entry.row().principal().equals(principal)) {
                    ours |= entry.owner() == Owner.OURS;
                    theirs |= entry.owner() != Owner.OURS;
                }
            }
        }
        return ours && theirs ? Set.of("Applied", "AlreadyPresent")
                : ours ? Set.of("Applied") : Set.of("AlreadyPresent");
    }

    private boolean isFull() {
        ConfigMap map = world.server().configMap(AwsAuthStore.NAME);
        return map != null && Books.size(map) > ROOM;
    }

    private boolean unread(String principal) {
        return books.isSpoiled(principal.contains(":user/") ? Section.USERS : Section.ROLES)
                || (books.isSpoiled(Section.ROLES) && books.entries(Section.ROLES).stream()
                        .anyMatch(entry -> entry.row() != null && entry.row().principal().equals(principal)));
    }

    private boolean isIn(String principal, List<Grant> grants) {
        List<Grant> deciding = books.deciding(principal);
        return !deciding.isEmpty() && deciding.stream().allMatch(grants.getFirst()::means);
    }

    private void isIn(String principal, Grant grant) {
        if (!unread(principal) && !isFull() && !books.hasForeign(principal) && !isIn(principal, List.of(grant))) {
            throw new Violation("a wanted principal is not in: " + principal + " should be " + grant + " and is "
                    + books.deciding(principal));
        }
    }

    // ---- rows

    private void hasAnOwner(Section section, Entry entry) {
        if (entry.row() == null || entry.owner() != Owner.OURS) {
            return;
        }
        String principal = entry.row().principal();
        Claim.Key key = new Claim.Key(section, principal);
        Ledger ledger = books.ledger();
        Claim claim = ledger == null ? null : ledger.claims().get(key);
        if (claim == null) {
            throw new Violation("a row of ours has no claim: " + entry.row());
        }
        if (wants.byPrincipal().containsKey(principal)) {
            return;
        }
        IamIdentityMapping object = world.server().objects().values().stream()
                .filter(each -> claim.uid().equals(ApiServerModel.meta(each).getUid())).findFirst().orElse(null);
        boolean excused = (claim.hold() != null && claim.hold() != Claim.Hold.RELEASED)
                || (object != null && switch (Objects.requireNonNull(wants.kinds().get(ModelCluster.name(object)))) {
                    case INVALID -> true;
                    case BARRED -> Wants.isProtected(object) || Wants.isNode(entry.row().grant());
                    case ROW, LOST, EARLY, OVER -> false;
                });
        if (!excused) {
            throw new Violation("a row was left behind: " + entry.row() + ", claimed for " + claim.mapping());
        }
    }
}
