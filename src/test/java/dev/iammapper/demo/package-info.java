/** The main job in one command: a real API server, the controller, some mappings, and what became of them. */
@NullMarked
package dev.iammapper.demo;

import org.jspecify.annotations.NullMarked;
