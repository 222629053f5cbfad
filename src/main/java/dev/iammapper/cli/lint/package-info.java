/** What admission would say of manifests, told before anybody applies them. */
@NullMarked
package dev.iammapper.cli.lint;

import org.jspecify.annotations.NullMarked;
