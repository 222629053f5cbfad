/** One look at an installation, and what mends it. */
@NullMarked
package dev.iammapper.cli.doctor;

import org.jspecify.annotations.NullMarked;
