/** Code that breaks rules on purpose. */
@NullMarked
package dev.iammapper.architecture.offences.store;

import org.jspecify.annotations.NullMarked;
