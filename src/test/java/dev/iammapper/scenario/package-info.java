/**
 * User stories on a real API server: what people and other tools do to a cluster, and what the controller, running
 * under its own ServiceAccount, makes of it.
 */
@NullMarked
package dev.iammapper.scenario;

import org.jspecify.annotations.NullMarked;
