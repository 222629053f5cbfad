/**
 * Reads aws-auth as the authenticator reads it, and computes, without side effects, the next text and the next ledger.
 */
@NullMarked
package dev.iammapper.render;

import org.jspecify.annotations.NullMarked;
