package dev.iammapper.architecture.offences.policy;

import dev.iammapper.architecture.offences.api.WireThatKnowsItsMeaning;

/** A rule that looks at the object itself. */
record RuleThatReadsTheWire(WireThatKnowsItsMeaning object) {}
