package dev.slipway.verify;

import dev.slipway.config.Settings;
import dev.slipway.driver.Connections;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.ExternalEffect;
import dev.slipway.driver.ScratchServer;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.driver.SqlQueries;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.SlipwayException;
import dev.slipway.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Refuses migrations that would change more than the scratch database. A scratch database isolates
 * what a database contains, and nothing that its server shares.
 */
final class IsolationCheck {
  private IsolationCheck() {}

  /**
   * Reads the files of a run before it creates or changes anything.
   *
   * @param dsn the live database
   * @param files all that the run will execute
   * @param mask removes values of placeholders from the text of statements
   * @throws SlipwayException (usage) listing every statement that reaches beyond the scratch
   *     database, unless that is on another server or the server is disposable; (retry) if a server
   *     is unavailable that has to be asked which one it is
   */
  static void require(
      Dsn dsn,
      ScratchOptions options,
      List<SqlFile> files,
      UnaryOperator<String> mask,
      Settings.Migrate settings,
      Consumer<String> story) {
    if (options.disposable()) {
      return;
    }
    List<ExternalEffect> effects = Drivers.of(dsn).isolationAnalyzer().check(files);
    if (effects.isEmpty()
        || (options.given().isPresent()
            && !sameServer(dsn, options.given().get(), settings, story))) {
      return;
    }
    boolean one = effects.size() == 1;
    boolean onServer = Drivers.of(dsn).scratchServer().isPresent();
    throw SlipwayException.usageError(
            (one ? "one statement reaches" : effects.size() + " statements reach")
                + " beyond the scratch database, so nothing was run\n"
                + effects.stream()
                    .map(ExternalEffect::describe)
                    .map(mask)
                    .collect(Collectors.joining("\n")))
        .hint(
            (onServer ? "name an empty database on another server with --scratch DSN; or " : "")
                + "pass --disposable if "
                + (onServer ? "this server" : "these files")
                + " may be changed");
  }

  /**
   * Whether two DSNs lead to one server, by a query that only that server answers in the same way.
   * Two files are always on one machine.
   */
  private static boolean sameServer(
      Dsn one, Dsn other, Settings.Migrate settings, Consumer<String> story) {
    Optional<String> identity = Drivers.of(one).scratchServer().map(ScratchServer::identityQuery);
    if (identity.isEmpty() || one.equals(other)) {
      return true;
    }
    SessionOptions session =
        new SessionOptions(
            "slipway scratch", settings.ddlLockTimeout(), settings.statementTimeout());
    try (Connection first = Connections.connect(one, session, settings.waitForDatabase(), story);
        Connection second =
            Connections.connect(other, session, settings.waitForDatabase(), story)) {
      String before = SqlQueries.string(first, identity.get());
      boolean same = before.equals(SqlQueries.string(second, identity.get()));
      // A restart in between would have ended the first connection.
      SqlQueries.string(first, identity.get());
      return same;
    } catch (SQLException e) {
      throw SlipwayException.of(
              Drivers.of(one).exitCode(e),
              "cannot tell whether --scratch names another server"
                  + " than "
                  + one.server()
                  + ": "
                  + SqlExceptions.describe(e, one, other))
          .hint("pass --disposable if the server of --scratch may be changed")
          .cause(e);
    }
  }
}
