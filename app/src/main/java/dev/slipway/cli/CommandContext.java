package dev.slipway.cli;

import java.util.Map;
import java.util.function.Supplier;

/**
 * What a command is given beside its own words: the environment, the terminal, the signals.
 *
 * @param document what it prints for programs
 * @param signals taken over only by the commands that run for long
 */
record CommandContext(
    Map<String, String> environment,
    Terminal terminal,
    ResultDocument document,
    Supplier<ShutdownSignals> signals) {}
