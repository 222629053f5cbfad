package dev.iammapper.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;

/**
 * What a command sees of the world besides files and the cluster.
 *
 * @param version of this program
 * @param clock the time of day
 * @param environment the environment variables
 */
public record CommandSurroundings(String version, Clock clock, Map<String, String> environment, InputStream in,
        PrintStream out, PrintStream err) {}
