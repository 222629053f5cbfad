package dev.iammapper.architecture.offences.api;

import org.slf4j.Logger;

/** Knows a logger. */
record WireThatLogs(Logger log) {}
