package dev.slipway.driver;

import org.jspecify.annotations.Nullable;

/**
 * The server's description of a migrator's connection.
 *
 * @param database the current database; empty where a table name cannot contain it
 * @param schema where the history is; MySQL's database
 * @param current the connection's current schema; null where its search path names none
 * @param searchPath the connection's own, as the server writes it; may be empty
 * @param user the login, which the history records
 * @param version the version, as the server describes it
 * @param session the number by which the server knows the connection; 0 where it has none
 * @param reset SQL that undoes what a migration has set for its session
 * @param quoting the session's setting that decides where a string ends: MySQL's {@code sql_mode},
 *     PostgreSQL's {@code standard_conforming_strings}; empty on other databases
 * @param packetMax the longest message the server takes, in bytes
 */
public record ServerInfo(
    String database,
    String schema,
    @Nullable String current,
    String searchPath,
    String user,
    String version,
    long session,
    String reset,
    String quoting,
    int packetMax) {}
