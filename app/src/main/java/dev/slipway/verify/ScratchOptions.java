package dev.slipway.verify;

import dev.slipway.dsn.Dsn;
import java.util.Optional;

/**
 * Where migrations are replayed, and what they may reach there.
 *
 * @param given an empty database to use; without it a new one is created on the DSN's server
 * @param disposable whether the server may be changed, so that nothing is refused
 */
public record ScratchOptions(Optional<Dsn> given, boolean disposable) {}
