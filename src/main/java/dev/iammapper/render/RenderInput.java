package dev.iammapper.render;

import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything on which the next text of aws-auth depends.
 *
 * @param current the text as it was read
 * @param awsAuthUid the uid of the ConfigMap that was read, or null when there is none
 * @param ledger the ledger as it was read
 * @param wanted the mappings whose rows should be there now: valid, active, and the winner of their principal, so that
 *     no principal occurs twice; in any order
 * @param objects what is known about the objects behind the ledger's claims
 * @param recoverable principals whose object says in its status that its row is ours; believed only while the ledger is
 *     lost, otherwise empty
 * @param withheld principals whose changes must not be made in this pass, because the API server refused them
 * @param roomless wanted principals whose claims must stay as they are, because the ledger has no room for others
 * @param contended principals whose rows another tool keeps undoing, so that they are not restored in this pass
 * @param brake how many rows may go
 * @param otherBytes the length of all values of the ConfigMap but those in {@code current}
 */
public record RenderInput(AwsAuthData current, @Nullable String awsAuthUid, Ledger ledger, List<IdentityMapping> wanted,
        Objects objects, Set<PrincipalKey> recoverable, Set<PrincipalKey> withheld, Set<PrincipalKey> roomless,
        Set<PrincipalKey> contended, RemovalBrake brake, int otherBytes) {

    /** Copies the collections. */
    public RenderInput {
        wanted = List.copyOf(wanted);
        recoverable = Set.copyOf(recoverable);
        withheld = Set.copyOf(withheld);
        roomless = Set.copyOf(roomless);
        contended = Set.copyOf(contended);
    }

    /**
     * What is known about the objects behind claims: a row is removed only where this allows it.
     *
     * @param definition the uid of the served CustomResourceDefinition
     * @param present the uids of all objects that exist, whatever became of them
     * @param invalid the uids of the objects that mean nothing at the moment: rows written for them stay until they do
     * @param expired the uids of the objects whose grant is over by their own word, as far as the clock is believed:
     *     the brake does not count them
     * @param barred the uids of the objects that the policy forbids: not all of their rows go
     * @param guarded the uids of the objects that are labelled as protected
     * @param witnessed uids of objects that this process has seen itself: without that, a row that looks like a node's
     *     is not removed
     */
    public record Objects(String definition, Set<String> present, Set<String> invalid, Set<String> expired,
            Set<String> barred, Set<String> guarded, Set<String> witnessed) {
        /** Copies the collections. */
        public Objects {
            present = Set.copyOf(present);
            invalid = Set.copyOf(invalid);
            expired = Set.copyOf(expired);
            barred = Set.copyOf(barred);
            guarded = Set.copyOf(guarded);
            witnessed = Set.copyOf(witnessed);
        }
    }
}
