package dev.iammapper.mapping;

/**
 * One reason for which a text is not the ARN of a principal that EKS can recognise.
 *
 * @param code one of the {@code ARN_…} codes of {@link FieldError}
 * @param message what is wrong and where, a sentence; positions count characters from 1
 * @param advice what to write instead, a sentence
 */
public record ArnProblem(String code, String message, String advice) {

    /** The same problem as a finding at a field. */
    public FieldError at(String path) {
        return new FieldError(code, path, message, advice);
    }
}
