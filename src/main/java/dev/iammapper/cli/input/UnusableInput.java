package dev.iammapper.cli.input;

/**
 * Something that was asked for and could not be looked at.
 *
 * @param file what
 * @param message why, and what to do
 */
public record UnusableInput(String file, String message) {}
