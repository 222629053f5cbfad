/** The commands that start without the controller: the same core, one class a command, exit codes for scripts. */
@NullMarked
package dev.iammapper.cli;

import org.jspecify.annotations.NullMarked;
