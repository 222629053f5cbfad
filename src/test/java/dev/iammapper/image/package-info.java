/** Trains, checks and measures the container image. */
@NullMarked
package dev.iammapper.image;

import org.jspecify.annotations.NullMarked;
