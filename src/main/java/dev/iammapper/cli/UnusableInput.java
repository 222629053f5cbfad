package dev.iammapper.cli;

/**
 * Something that was asked for and could not be looked at.
 *
 * @param file what
 * @param message why, and what to do
 */
record UnusableInput(String file, String message) {}
