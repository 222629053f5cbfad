package dev.iammapper.admission;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.policy.Candidate;
import dev.iammapper.policy.MappingIndex;
import dev.iammapper.policy.Neighbours;
import dev.iammapper.store.ObjectWatch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Brings the mappings that a watch sees into the index. */
public final class MappingFeed implements ObjectWatch.Listener<IamIdentityMapping> {
    private final MappingIndex index = new MappingIndex();
    private volatile boolean listed;

    @Override
    public void onChange(@Nullable IamIdentityMapping before, @Nullable IamIdentityMapping after) {
        if (after != null) {
            index.put(MappingParser.parse(after));
        } else if (before != null && before.metadata() != null) {
            index.remove(Objects.requireNonNullElse(before.metadata().getName(), ""));
        }
    }

    @Override
    public void onRelist() {
        listed = true;
    }

    /** The objects among which the candidate is judged, or null before the first list is in. */
    @Nullable
    Neighbours neighboursOf(Candidate candidate) {
        return listed ? index.neighboursOf(candidate) : null;
    }
}
