package dev.iammapper.scenario;

/**
 * An Event about an object, as kubectl describe shows it.
 *
 * @param type Normal or Warning
 * @param times how often it was counted
 */
record EventNote(String type, String reason, String note, int times) {}
