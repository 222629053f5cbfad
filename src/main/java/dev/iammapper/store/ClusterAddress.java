package dev.iammapper.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster to talk to, as far as the user said so.
 *
 * @param kubeconfig the file given on the command line, or null to look where kubectl looks
 * @param context the context given on the command line, or null for the current one
 */
public record ClusterAddress(@Nullable Path kubeconfig, @Nullable String context) {}
