/** Code that breaks rules on purpose. */
@NullMarked
package dev.iammapper.architecture.offences.render;

import org.jspecify.annotations.NullMarked;
