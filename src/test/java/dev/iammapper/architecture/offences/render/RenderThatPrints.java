package dev.iammapper.architecture.offences.render;

/** Prints. */
final class RenderThatPrints {
    private RenderThatPrints() {}

    static void print() {
        System.out.println("rendered");
    }
}
