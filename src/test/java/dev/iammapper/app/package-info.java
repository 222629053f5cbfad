/** The command line, and the whole controller against a real API server. */
package dev.iammapper.app;
