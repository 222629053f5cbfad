package dev.iammapper.mapping;

import java.util.List;

/** What became of one wire object: a mapping, or the list of everything that is wrong with it. */
public sealed interface ParsedMapping {

    /** The object's name. */
    String name();

    /** The object's uid. */
    String uid();

    /** An object that means something. */
    record Valid(IdentityMapping mapping) implements ParsedMapping {
        @Override
        public String name() {
            return mapping.name();
        }

        @Override
        public String uid() {
            return mapping.uid();
        }
    }

    /** An object that means nothing; {@code errors} is never empty. */
    record Invalid(String name, String uid, List<FieldError> errors) implements ParsedMapping {
        /** Copies the errors. */
        public Invalid {
            errors = List.copyOf(errors);
        }
    }
}
