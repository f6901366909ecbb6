package dev.slipway.sql;

import java.nio.file.Path;

/**
 * A file and the statements that it contains.
 *
 * @param path the file
 * @param script its statements
 */
public record SqlFile(Path path, SqlScript script) {}
