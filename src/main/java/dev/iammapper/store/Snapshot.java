package dev.iammapper.store;

import dev.iammapper.render.AwsAuthData;
import java.time.Instant;

/**
 * A version of aws-auth that was written over.
 *
 * @param time when, in whole seconds
 * @param cause what was written over it, on one line
 * @param data the version
 */
public record Snapshot(Instant time, String cause, AwsAuthData data) {}
