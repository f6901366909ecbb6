package dev.slipway.driver.postgres;

import dev.slipway.driver.AdminConnection;
import dev.slipway.driver.Change.Outcome;
import dev.slipway.driver.ChangeLog;
import dev.slipway.driver.SqlQuoting;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The rights in one database. Grants only rights that are missing. */
public class PostgresGrants {
  /** Kind and quoted name of the tables, views, and sequences that another role owns. */
  protected static final String TABLES =
      """
        SELECT c.relkind, format('%I.%I', n.nspname, c.relname)
        FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public'
          AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
          AND pg_get_userbyid(c.relowner) <> ?
          AND pg_has_role(current_user, c.relowner, 'USAGE')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
      """;

  static final String READ = "SELECT";
  static final String WRITE = "SELECT, INSERT, UPDATE, DELETE";

  private static final String OWN = WRITE + ", TRUNCATE, REFERENCES, TRIGGER";
  private static final String ALL = "ALL";

  private final AdminConnection inside;
  private final String database;
  private final String owner;
  private final ChangeLog changes;

  /**
   * Nothing is granted yet.
   *
   * @param inside a connection to the database itself
   * @param owner the login to get all rights, which need not own the database
   */
  public PostgresGrants(AdminConnection inside, String database, String owner, ChangeLog changes) {
    this.inside = inside;
    this.database = database;
    this.owner = owner;
    this.changes = changes;
  }

  void extension(String name) throws SQLException {
    String object = "extension " + name;
    if (inside.row("SELECT 1 FROM pg_extension WHERE extname = ?", name).isPresent()) {
      changes.add(object, Outcome.UNCHANGED, "");
      return;
    }
    inside.run("CREATE EXTENSION IF NOT EXISTS " + SqlQuoting.identifier(name));
    changes.add(object, Outcome.CREATED, "");
  }

  /** The owner's rights; what everybody has goes, where the database is really the owner's. */
  void own() throws SQLException {
    String proprietor =
        inside.string(
            "SELECT pg_get_userbyid(datdba) FROM pg_database"
                + " WHERE datname = current_database()");
    List<String> missing = new ArrayList<>();
    if (proprietor.equals(owner)) {
      closeToOthers();
    } else {
      onDatabase(owner, "CREATE, CONNECT, TEMPORARY", missing);
      onFuture(proprietor, owner, ALL, missing);
    }
    if (!inside.isTrue("SELECT has_schema_privilege(?, 'public', 'CREATE')", owner)) {
      missing.add("GRANT ALL ON SCHEMA public TO " + SqlQuoting.identifier(owner));
    }
    onTables(owner, OWN, missing);
    grant(owner, missing, "may do everything");
  }

  /** Grants privileges on rows to a role that is not the owner. */
  void rows(String role, String rights) throws SQLException {
    List<String> missing = new ArrayList<>();
    onDatabase(role, "CONNECT", missing);
    if (!inside.isTrue("SELECT has_schema_privilege(?, 'public', 'USAGE')", role)) {
      missing.add("GRANT USAGE ON SCHEMA public TO " + SqlQuoting.identifier(role));
    }
    onTables(role, rights, missing);
    onFuture(owner, role, rights, missing);
    grant(role, missing, rights.equals(READ) ? "may read rows" : "may read and write rows");
  }

  private void grant(String role, List<String> missing, String meaning) throws SQLException {
    for (String statement : missing) {
      inside.run(statement);
    }
    changes.add(
        "rights of " + role, missing.isEmpty() ? Outcome.UNCHANGED : Outcome.CHANGED, meaning);
  }

  /** Everybody may connect to a new database and, before PostgreSQL 15, create tables in it. */
  private void closeToOthers() throws SQLException {
    boolean connects =
        mayApply(
            "SELECT has_database_privilege('public', current_database(), 'CONNECT, TEMPORARY')");
    if (connects) {
      inside.run("REVOKE ALL ON DATABASE " + SqlQuoting.identifier(database) + " FROM PUBLIC");
    }
    boolean creates = mayApply("SELECT has_schema_privilege('public', 'public', 'CREATE')");
    boolean ours =
        mayApply(
            "SELECT pg_has_role(current_user, nspowner, 'USAGE')"
                + " FROM pg_namespace WHERE nspname = 'public'");
    if (creates && ours) {
      inside.run("GRANT ALL ON SCHEMA public TO " + SqlQuoting.identifier(owner));
      inside.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    }
    changes.add(
        "rights of everybody",
        connects || (creates && ours) ? Outcome.CHANGED : Outcome.UNCHANGED,
        creates && !ours
            ? "may not connect, but create in schema public: only its owner can change that"
            : "may not connect");
  }

  private void onDatabase(String role, String rights, List<String> missing) throws SQLException {
    for (String right : rights.split(", ")) {
      if (!isGranted(
          """
          SELECT EXISTS (SELECT 1
            FROM pg_database d, aclexplode(d.datacl) a
            WHERE d.datname = current_database()
              AND pg_get_userbyid(a.grantee) = ?
              AND a.privilege_type = ?)
          """,
          role,
          right)) {
        missing.add(
            "GRANT "
                + right
                + " ON DATABASE "
                + SqlQuoting.identifier(database)
                + " TO "
                + SqlQuoting.identifier(role));
      }
    }
  }

  /**
   * The tables, views and sequences that are there. Those of extensions, and those whose owner the
   * administrator cannot speak for, are left alone.
   */
  private void onTables(String role, String rights, List<String> missing) throws SQLException {
    for (List<String> each : tablesWithoutRights(inside, role, rights)) {
      boolean sequence = each.getFirst().equals("S");
      missing.add(
          "GRANT "
              + (sequence ? onSequence(rights) : rights)
              + " ON "
              + (sequence ? "SEQUENCE " : "TABLE ")
              + each.get(1)
              + " TO "
              + SqlQuoting.identifier(role));
    }
  }

  /** Whether a right exists already. */
  protected boolean isGranted(String query, String... values) throws SQLException {
    return inside.isTrue(query, (Object[]) values);
  }

  /** Whether a right of PUBLIC exists, or may exist. */
  protected boolean mayApply(String query) throws SQLException {
    return inside.isTrue(query);
  }

  /** Kind and quoted name of each table, view, and sequence without these rights of a role. */
  protected List<List<String>> tablesWithoutRights(
      AdminConnection inside, String role, String rights) throws SQLException {
    return inside.rows(
        TABLES
            + """
          AND CASE WHEN c.relkind = 'S' THEN NOT has_sequence_privilege(?, c.oid, 'SELECT')
              ELSE NOT (SELECT bool_and(has_table_privilege(?, c.oid, trim(p)))
                        FROM unnest(string_to_array(?, ',')) p) END
        ORDER BY 2
        """,
        role,
        role,
        role,
        rights);
  }

  /** Inserting rows requires writing to sequences, too. */
  private static String onSequence(String rights) {
    return rights.equals(READ) ? READ : ALL;
  }

  /** The tables and sequences that their maker will have made later. */
  private void onFuture(String maker, String role, String rights, List<String> missing)
      throws SQLException {
    for (String kind : List.of("TABLES", "SEQUENCES")) {
      boolean tables = kind.equals("TABLES");
      boolean there =
          isGranted(
              """
          SELECT EXISTS (SELECT 1
            FROM pg_default_acl d
              JOIN pg_namespace n ON n.oid = d.defaclnamespace,
              aclexplode(d.defaclacl) a
            WHERE n.nspname = 'public'
              AND pg_get_userbyid(d.defaclrole) = ?
              AND d.defaclobjtype = ?
              AND pg_get_userbyid(a.grantee) = ?)
          """,
              maker,
              tables ? "r" : "S",
              role);
      if (!there) {
        missing.add(
            "ALTER DEFAULT PRIVILEGES FOR ROLE "
                + SqlQuoting.identifier(maker)
                + " IN SCHEMA public GRANT "
                + (tables ? rights : onSequence(rights))
                + " ON "
                + kind
                + " TO "
                + SqlQuoting.identifier(role));
      }
    }
  }
}
