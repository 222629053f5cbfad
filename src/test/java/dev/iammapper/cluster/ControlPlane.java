package dev.iammapper.cluster;

/** A running API server, whatever way it came to this machine. */
sealed interface ControlPlane extends AutoCloseable permits LocalControlPlane, K3sControlPlane {

    /** What the API server is asked to record: every request of a client that is about an object. */
    String AUDIT_POLICY = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived, ResponseStarted, Panic]
            rules:
            - level: None
              users: ["system:apiserver"]
            - level: None
              nonResourceURLs: ["*"]
            - level: Metadata
            """;

    /** One line for the terminal: what runs, and where it came from. */
    String description();

    /** Access with all rights. */
    Access admin();

    /** The audit log from a byte position on; its last line may be unfinished. */
    byte[] auditLog(long from);

    /** The name under which the API server finds a port of this machine. */
    String hostFor(int port);

    /** Whether {@link #stopApiServer()} and {@link #startApiServer()} work here. */
    boolean canStopApiServer();

    /** Ends the API server as a crash would; its data stay. */
    void stopApiServer();

    /** Starts it again at the same address, and returns when it is ready. */
    void startApiServer();

    /** Stops everything, keeps a copy of what is stored, and starts again. */
    void backUp();

    /** Stops everything, puts back what {@link #backUp()} kept, and starts again. */
    void restore();

    /** Freezes the API server: connections stay open, and nothing answers. */
    void pause();

    void resume();

    @Override
    void close();
}
