package dev.slipway.migration;

import java.util.Optional;

/**
 * How {@code adopt} reads the history of another tool.
 *
 * @param table the tool's table, where it is not the default; may begin with a schema and a dot
 * @param at the version up to which everything counts as applied, whatever the tool's table holds
 * @param ignoresChecksums whether files count that are not as the tool applied them
 */
public record ImportRequest(
    Optional<String> table, Optional<MigrationVersion> at, boolean ignoresChecksums) {}
