package dev.slipway.verify;

import dev.slipway.dsn.Dsn;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where migrations are replayed, and what they may reach there.
 *
 * @param given an empty database to use; without it a new one is created on the DSN's server
 * @param disposable whether the server may be changed, so that nothing is refused
 * @param init a file of SQL that runs before the migrations
 */
public record ScratchOptions(Optional<Dsn> given, boolean disposable, Optional<Path> init) {}
