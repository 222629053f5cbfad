/** Code that breaks rules on purpose. */
@NullMarked
package dev.iammapper.architecture.offences.api;

import org.jspecify.annotations.NullMarked;
