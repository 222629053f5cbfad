/** Brings a real Kubernetes API server and the authenticator's own reader to tests and demo, on every machine. */
@NullMarked
package dev.iammapper.cluster;

import org.jspecify.annotations.NullMarked;
