package dev.slipway.identity;

import dev.slipway.config.Settings;
import dev.slipway.http.Route;
import dev.slipway.pool.ConnectionPool;
import java.util.List;
import java.util.stream.Stream;

/** The admin API of identities, sessions and schemas. Thread-safe. */
public final class IdentityApi implements AutoCloseable {
  private final PasswordHasher passwords;
  private final List<Route> routes;

  private IdentityApi(PasswordHasher passwords, List<Route> routes) {
    this.passwords = passwords;
    this.routes = routes;
  }

  /**
   * The API on a database, which may be unavailable.
   *
   * @throws dev.slipway.error.SlipwayException usage if an identity schema is invalid, retry if its
   *     server is unreachable
   */
  public static IdentityApi open(ConnectionPool database, Settings.Identity settings) {
    SchemaRegistry schemas = SchemaRegistry.load(settings);
    var passwords = new PasswordHasher(settings.bcryptCost());
    var mapper =
        new IdentityMapper(schemas, new CredentialsImport(passwords), settings.identityBytesMax());
    var pageWriter = new PageWriter(settings);
    List<Route> routes =
        Stream.of(
                new IdentityRoutes(database, mapper, pageWriter, settings).routes(),
                new SessionRoutes(database, pageWriter, settings).routes(),
                new SchemaRoutes(schemas, settings).routes())
            .flatMap(List::stream)
            .toList();
    return new IdentityApi(passwords, routes);
  }

  /** All of its routes. */
  public List<Route> routes() {
    return routes;
  }

  /** Stops the threads that hash passwords. */
  @Override
  public void close() {
    passwords.close();
  }
}
