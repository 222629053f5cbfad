/** The validating webhook: from an AdmissionReview to a verdict and the words that a person reads. */
@NullMarked
package dev.iammapper.admission;

import org.jspecify.annotations.NullMarked;
