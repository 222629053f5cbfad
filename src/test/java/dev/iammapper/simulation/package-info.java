/** Runs the controller's own loop through thousands of random days on a deterministic model of the cluster. */
@NullMarked
package dev.iammapper.simulation;

import org.jspecify.annotations.NullMarked;
