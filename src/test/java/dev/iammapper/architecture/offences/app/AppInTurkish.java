package dev.iammapper.architecture.offences.app;

/** Depends on the machine's language. */
final class AppInTurkish {
    private AppInTurkish() {}

    @SuppressWarnings("StringCaseLocaleUsage")
    static String lower(String arn) {
        return arn.toLowerCase();
    }
}
