package dev.iammapper.architecture.offences.tool;

/** Stands in a package that nobody knows and that no null checker looks at. */
record Tool() {}
