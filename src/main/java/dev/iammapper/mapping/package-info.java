/** What an object means: principals, grants and valid mappings, made from wire objects in one place. */
@NullMarked
package dev.iammapper.mapping;

import org.jspecify.annotations.NullMarked;
