package dev.iammapper.app;

/** The entrance of the jar. */
public final class Main {
    private Main() {}

    /** Starts what the arguments ask for. */
    public static void main(String[] args) {
        System.out.println("x");
    }
}
