/** Files that say what is expected, and are rewritten on request. */
@org.jspecify.annotations.NullMarked
package dev.iammapper.golden;
