package dev.iammapper.serving;

/** Where the certificate comes from; keeps it up to date on a thread of its own. */
public interface CertificateSource extends AutoCloseable {

    /** Starts the thread; once. */
    void start();

    /** How it stands now. */
    ServingState state();

    /** How many certificates and authorities this process has issued. */
    long issued();

    /** How often this process wrote the {@code caBundle}. */
    long registered();

    /** Ends the thread; what is served stays. */
    @Override
    void close();
}
