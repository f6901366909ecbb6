package dev.slipway.driver.cockroach;

import dev.slipway.driver.AdminConnection;
import dev.slipway.driver.ChangeLog;
import dev.slipway.driver.DatabaseSpec;
import dev.slipway.driver.postgres.PostgresAdministration;
import dev.slipway.driver.postgres.PostgresGrants;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.SlipwayException;
import java.sql.SQLException;
import java.util.List;

/** Databases and roles of CockroachDB, which has PostgreSQL's statements without some clauses. */
final class CockroachAdministration extends PostgresAdministration {
  CockroachAdministration(Dsn admin, ConnectionOpener opening) {
    super(admin, opening);
  }

  @Override
  public void check(DatabaseSpec wanted) {
    if (wanted.encoding().isPresent()
        || wanted.collation().isPresent()
        || !wanted.extensions().isEmpty()) {
      throw SlipwayException.usageError(
              "CockroachDB knows neither encodings nor collations of a database, nor"
                  + " extensions")
          .hint("leave out --encoding, --collation and --extension");
    }
    super.check(wanted);
  }

  @Override
  protected int version(AdminConnection link) {
    return 0;
  }

  /** The table of dependencies is not complete. The server rejects dropping such a role. */
  @Override
  public List<String> databasesWithRights(AdminConnection link, String role) {
    return List.of();
  }

  /** The server does not show the database of a session. */
  @Override
  public List<List<String>> sessions(AdminConnection link, String database) {
    return List.of();
  }

  @Override
  protected String terminateClause() {
    return "";
  }

  @Override
  protected PostgresGrants grants(AdminConnection inside, DatabaseSpec wanted, ChangeLog changes) {
    return new CockroachGrants(inside, wanted, changes);
  }

  /** Grants every right again, because the catalog does not show all existing rights. */
  private static final class CockroachGrants extends PostgresGrants {
    CockroachGrants(AdminConnection inside, DatabaseSpec wanted, ChangeLog changes) {
      super(inside, wanted.name(), wanted.owner().name(), changes);
    }

    @Override
    protected boolean isGranted(String query, String... values) {
      return false;
    }

    @Override
    protected boolean mayApply(String query) {
      return true;
    }

    @Override
    protected List<List<String>> tablesWithoutRights(
        AdminConnection inside, String role, String rights) throws SQLException {
      return inside.rows(TABLES + "ORDER BY 2", role);
    }
  }
}
