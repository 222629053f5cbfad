/** What commands read from files: manifests with the places of all that stands in them, and what may be wrong with them. */
@NullMarked
package dev.iammapper.cli.input;

import org.jspecify.annotations.NullMarked;
