/** Certificates of the admission webhook: what they are, when they are replaced, and how they are issued. */
@NullMarked
package dev.iammapper.certificate;

import org.jspecify.annotations.NullMarked;
