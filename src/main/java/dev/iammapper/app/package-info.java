/** Wires the parts together and starts what the command line asks for. */
@NullMarked
package dev.iammapper.app;

import org.jspecify.annotations.NullMarked;
