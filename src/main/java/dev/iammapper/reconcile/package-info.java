/** Brings aws-auth in line with the objects, one pass at a time, and tells people what came of it. */
@NullMarked
package dev.iammapper.reconcile;

import org.jspecify.annotations.NullMarked;
