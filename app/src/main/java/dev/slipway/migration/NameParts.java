package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import java.util.Optional;

/**
 * The parts of a migration's exact name.
 *
 * @param version absent for a repeatable migration alone
 * @param name the description as written
 * @param dialect the only database it is for; empty for every database
 * @param autocommit whether the name says that it runs outside a transaction
 * @param format the convention that the name follows; a single file is plain until its comments are
 *     read
 */
record NameParts(
    MigrationKind kind,
    Optional<MigrationVersion> version,
    String name,
    Optional<DatabaseDriver> dialect,
    boolean autocommit,
    MigrationFormat format) {}
