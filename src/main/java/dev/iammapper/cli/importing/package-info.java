/** Rows of aws-auth as manifests. */
@NullMarked
package dev.iammapper.cli.importing;

import org.jspecify.annotations.NullMarked;
