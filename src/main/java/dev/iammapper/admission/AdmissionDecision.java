package dev.iammapper.admission;

import java.util.List;

/** The answer to a request, in the words that a person reads. */
sealed interface AdmissionDecision {

    /** It may be stored; kubectl prints each warning. */
    record Allowed(List<String> warnings) implements AdmissionDecision {
        /** Copies the list. */
        public Allowed {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * It must not be stored.
     *
     * @param message everything that is wrong
     * @param causes the same for programs, one for each finding
     * @param warnings what would be admitted, but is worth a word
     */
    record Denied(String message, List<Cause> causes, List<String> warnings) implements AdmissionDecision {
        /** Copies the lists. */
        public Denied {
            causes = List.copyOf(causes);
            warnings = List.copyOf(warnings);
        }

        /** A denial without findings: what could not be judged. */
        static Denied unjudged(String message) {
            return new Denied(message, List.of(), List.of());
        }
    }

    /** One reason of a denial: a stable code, the field's path, a sentence. */
    record Cause(String code, String field, String message) {}
}
