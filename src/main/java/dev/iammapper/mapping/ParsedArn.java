package dev.iammapper.mapping;

import java.util.List;

/** What became of a text that should be an ARN. */
public sealed interface ParsedArn {

    /** A principal that EKS can recognise. */
    record Valid(PrincipalArn arn) implements ParsedArn {}

    /** Not such a principal; {@code problems} is never empty. */
    record Invalid(List<ArnProblem> problems) implements ParsedArn {
        /** Copies the problems. */
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
