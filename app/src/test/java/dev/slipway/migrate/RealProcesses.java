package dev.slipway.migrate;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What tests with processes of their own share: they are slow, so one server of each kind does. */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.slipway.testing.Server#oneOfEach")
abstract class RealProcesses extends MigrateSuite {}
