/** Code that breaks rules on purpose. */
@NullMarked
package dev.iammapper.architecture.offences.mapping;

import org.jspecify.annotations.NullMarked;
