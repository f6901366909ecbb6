package dev.slipway.driver;

import dev.slipway.config.Secret;
import java.util.Optional;

/**
 * A login of a server: a role of PostgreSQL and CockroachDB, a user of MySQL.
 *
 * @param password the password to set; empty keeps that of an existing login
 * @param passwordless whether a new login needs no password, because it has a certificate
 */
public record Login(String name, Optional<Secret> password, boolean passwordless) {}
