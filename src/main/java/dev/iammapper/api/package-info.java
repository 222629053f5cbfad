/** The custom resource as it stands on the wire: every part may be absent, nothing is judged here. */
@NullMarked
package dev.iammapper.api;

import org.jspecify.annotations.NullMarked;
