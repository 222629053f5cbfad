/** The Helm chart: what it renders, what it refuses, and what becomes of it in a cluster. */
@NullMarked
package dev.iammapper.chart;

import org.jspecify.annotations.NullMarked;
