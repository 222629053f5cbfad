/** Code that breaks rules on purpose. */
@NullMarked
package dev.iammapper.architecture.offences.app;

import org.jspecify.annotations.NullMarked;
