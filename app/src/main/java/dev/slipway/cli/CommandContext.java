package dev.slipway.cli;

import java.util.Map;
import java.util.function.Supplier;

/**
 * What a command is given beside its own words: the environment, the terminal, the signals.
 *
 * @param signals taken over only by the commands that run for long
 */
record CommandContext(
    Map<String, String> environment, Terminal terminal, Supplier<ShutdownSignals> signals) {}
