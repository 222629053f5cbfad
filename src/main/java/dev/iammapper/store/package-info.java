/** Everything that talks to the API server: reads, guarded writes, watches, the Lease, status and Events. */
@NullMarked
package dev.iammapper.store;

import org.jspecify.annotations.NullMarked;
