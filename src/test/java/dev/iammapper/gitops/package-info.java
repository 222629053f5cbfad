/** What GitOps tools make of our objects, and the examples for them. */
@NullMarked
package dev.iammapper.gitops;

import org.jspecify.annotations.NullMarked;
