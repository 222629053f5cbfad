package dev.iammapper.app;

/** The exit codes of every command; scripts rely on them. */
public final class ExitCode {
    /** It worked. */
    public static final int OK = 0;

    /** Something failed that nobody expected. */
    public static final int FAILURE = 1;

    /** The command line is wrong ({@code EX_USAGE} of sysexits.h). */
    public static final int USAGE = 64;

    /** A setting or a kubeconfig is wrong ({@code EX_CONFIG} of sysexits.h). */
    public static final int CONFIGURATION = 78;

    private ExitCode() {}
}
