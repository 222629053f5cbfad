/** Tests of the webhook. */
@NullMarked
package dev.iammapper.admission;

import org.jspecify.annotations.NullMarked;
