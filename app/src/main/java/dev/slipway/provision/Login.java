package dev.slipway.provision;

import dev.slipway.config.Secret;
import java.util.Optional;

/**
 * Somebody who may log in: a role of PostgreSQL and CockroachDB, a user of MySQL.
 *
 * @param password to be set; empty leaves that of an existing login as it is
 * @param passwordless whether a new login needs none, because it proves itself by something else
 */
public record Login(String name, Optional<Secret> password, boolean passwordless) {}
