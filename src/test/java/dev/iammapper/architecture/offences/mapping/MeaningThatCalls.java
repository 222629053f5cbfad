package dev.iammapper.architecture.offences.mapping;

import dev.iammapper.architecture.offences.api.WireThatKnowsItsMeaning;
import io.kubernetes.client.openapi.ApiClient;

/** Holds wire types and a client. */
public record MeaningThatCalls(WireThatKnowsItsMeaning wire, ApiClient client) {}
