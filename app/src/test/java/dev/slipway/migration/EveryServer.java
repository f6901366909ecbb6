package dev.slipway.migration;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The suite of migration behavior: it runs unchanged on every server that this machine has. */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.slipway.testing.Server#available")
abstract class EveryServer extends MigrateSuite {}
