/** Code that breaks rules on purpose. */
@NullMarked
package dev.iammapper.architecture.offences.policy;

import org.jspecify.annotations.NullMarked;
