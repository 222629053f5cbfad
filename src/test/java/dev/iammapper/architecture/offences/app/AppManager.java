package dev.iammapper.architecture.offences.app;

/** Bears a name that says nothing. */
public record AppManager() {}
