package dev.iammapper.architecture.offences.api;

import dev.iammapper.architecture.offences.mapping.MeaningThatCalls;

/** Depends on the package that depends on it. */
public record WireThatKnowsItsMeaning(MeaningThatCalls meaning) {}
