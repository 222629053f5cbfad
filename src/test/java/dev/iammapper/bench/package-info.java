/** How fast it is: {@code mvn verify -Pbenchmark} measures what docs/performance.md reports. */
@NullMarked
package dev.iammapper.bench;

import org.jspecify.annotations.NullMarked;
