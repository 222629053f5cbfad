/** Serves the webhook's certificate: gets it from the cluster or from files, and has the API servers trust it. */
@NullMarked
package dev.iammapper.serving;

import org.jspecify.annotations.NullMarked;
