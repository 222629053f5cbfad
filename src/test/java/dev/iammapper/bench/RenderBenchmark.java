package dev.iammapper.bench;

import dev.iammapper.render.AwsAuthRenderer;
import dev.iammapper.render.RenderInput;
import dev.iammapper.render.RenderPlan;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The pure core: reading aws-auth, deciding, editing, and reading the result back as the authenticator does. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class RenderBenchmark {
    /** How many mappings, over 500 rows of others. */
    @Param({"10", "1000", "5000"})
    public int mappings;

    /** What is to be done, one of {@link RenderCase}'s. */
    @Param({"ADD_ALL", "NOTHING", "CHANGE_ONE"})
    public RenderCase work;

    private RenderInput input;

    /** Makes the input. */
    @Setup
    public void makeInput() {
        input = work.input(mappings);
    }

    /** Reads, decides, edits, and reads back. */
    @Benchmark
    public RenderPlan render() {
        return AwsAuthRenderer.render(input);
    }
}
