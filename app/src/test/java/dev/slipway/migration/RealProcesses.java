package dev.slipway.migration;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Suites that are slow, or that do not depend on a server's version: one server of each family. */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.slipway.testing.Server#oneOfEach")
abstract class RealProcesses extends MigrateSuite {}
