package dev.iammapper.simulation;

import dev.iammapper.reconcile.Cluster;
import dev.iammapper.reconcile.Mode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One random day, determined by its seed: who acts, in which order, and what they choose.
 *
 * @param seed of everything
 * @param steps what happens before all come to rest
 */
record Schedule(long seed, List<Step> steps) {
    private static final int SHORTEST = 6;
    private static final int LONGEST = 36;

    /** The schedule of a seed. Not everybody acts on every day, so that what is rare meets what is rare. */
    static Schedule of(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        Set<Step.Actor> acting = EnumSet.of(Step.Actor.PEOPLE, Step.Actor.TIME);
        for (Step.Actor actor : Step.Actor.values()) {
            if (random.nextInt(5) < 3) {
                acting.add(actor);
            }
        }
        List<Step.Actor> lots = new ArrayList<>();
        acting.forEach(actor -> {
            for (int i = 0; i < actor.weight(); i++) {
                lots.add(actor);
            }
        });
        int length = SHORTEST + random.nextInt(LONGEST - SHORTEST);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            steps.add(new Step(lots.get(random.nextInt(lots.size())), random.nextLong()));
        }
        return new Schedule(seed, List.copyOf(steps));
    }

    /** Lives the day, and judges it; {@code seam} stands between the controller and the server. */
    void run(UnaryOperator<Cluster> seam, @Nullable StringBuilder trace) {
        run(new World(seed, seam, trace), _ -> {});
    }

    /** Lives the day in that world, and judges it; {@code then} hears what was just done. */
    void run(World world, Consumer<String> then) {
        for (int i = 0; i < steps.size(); i++) {
            world.runIn(isObserved(i) ? Mode.OBSERVE : Mode.ENFORCE);
            world.step(steps.get(i));
            then.accept("step " + (i + 1) + ", " + steps.get(i).actor());
        }
        world.runIn(Mode.ENFORCE);
        world.trace(() -> "everybody goes home");
        String held = world.comesToRest();
        new Rest(world).judge(held);
        then.accept("everybody went home");
        world.trace(() -> "everything is put right");
        world.mendEverything();
        held = world.comesToRest();
        if (held != null) {
            throw new Violation("the controller is held although everything was put right: " + held);
        }
        new Rest(world).judge(null);
        then.accept("everything was put right");
        if (seed % 3 == 0) {
            world.trace(() -> "all mappings are deleted");
            world.deleteAllMappings();
            world.comesToRest();
            new Rest(world).judge(null);
            then.accept("all mappings were deleted");
            world.trace(() -> "what is held is let go");
            world.release();
            world.comesToRest();
            new Rest(world).judgeTheEnd();
            then.accept("what was held was let go");
        }
    }

    /** On some days somebody looks on in mode observe for a while, from the beginning or in between. */
    private boolean isObserved(int step) {
        return seed % 5 == 2 && step >= (seed % 2 == 0 ? 0 : steps.size() / 3) && step < steps.size() * 2 / 3;
    }

    /** What goes wrong in this schedule, or null. */
    @Nullable
    Throwable failure(UnaryOperator<Cluster> seam) {
        try {
            run(seam, null);
            return null;
        } catch (RuntimeException | AssertionError failure) {
            return failure;
        }
    }

    /** The same failure with as few steps as leaving out one after the other gives. */
    Schedule shrunk(UnaryOperator<Cluster> seam, Throwable failure) {
        Schedule small = this;
        for (int i = small.steps.size() - 1; i >= 0; i--) {
            List<Step> fewer = new ArrayList<>(small.steps);
            fewer.remove(i);
            Schedule candidate = new Schedule(seed, List.copyOf(fewer));
            Throwable again = candidate.failure(seam);
            if (again != null && kind(again).equals(kind(failure))) {
                small = candidate;
            }
        }
        return small;
    }

    /** What is wrong, without the names. */
    static String kind(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        int colon = message.indexOf(':');
        return failure.getClass().getSimpleName() + " " + (colon < 0 ? message : message.substring(0, colon));
    }

    /** The steps and what came of them, for a person. */
    String told(UnaryOperator<Cluster> seam) {
        StringBuilder trace = new StringBuilder();
        try {
            run(seam, trace);
        } catch (RuntimeException | AssertionError failure) {
            return trace.append("  ").append(failure).append('\n').toString();
        }
        return trace.toString();
    }
}
