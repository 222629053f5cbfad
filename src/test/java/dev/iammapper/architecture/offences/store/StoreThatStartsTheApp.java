package dev.iammapper.architecture.offences.store;

import dev.iammapper.architecture.offences.app.AppManager;

/** Depends on what is above it. */
record StoreThatStartsTheApp(AppManager app) {}
