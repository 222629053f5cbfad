/** How commands write: lines for people, JSON and YAML for programs, diffs. */
@NullMarked
package dev.iammapper.cli.text;

import org.jspecify.annotations.NullMarked;
