package dev.slipway.e2e;

import java.util.List;

/** The databases that a run can use, with their DSNs, their clients, and their SQL. */
enum Database implements Named {
  POSTGRES,
  MYSQL,
  SQLITE,
  MEMORY;

  /** Whether a database server runs in the cluster. */
  boolean hasServer() {
    return this == POSTGRES || this == MYSQL;
  }

  /** The image of the server. */
  String image() {
    return choose("postgres:18", "mysql:9");
  }

  /** The port of the server. */
  String port() {
    return choose("5432", "3306");
  }

  /** The DSN of a database on a host for a login. */
  String dsn(String host, String database, String login) {
    return switch (this) {
      case POSTGRES ->
          "postgres://%s:demo@%s:5432/%s?sslmode=disable".formatted(login, host, database);
      case MYSQL ->
          "mysql://%s:demo@tcp(%s:3306)/%s?tls=skip-verify".formatted(login, host, database);
      case SQLITE -> "sqlite:///data/" + database + ".sqlite";
      case MEMORY -> "memory";
    };
  }

  /** The database that an administrator connects to. */
  String adminDatabase() {
    return choose("postgres", "mysql");
  }

  /** The client that runs statements as the administrator, and prints rows without decoration. */
  List<String> client(String database, String sql) {
    return this == POSTGRES
        ? List.of(
            "psql",
            "--username=postgres",
            "--no-align",
            "--tuples-only",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--dbname=" + database,
            "--command=" + sql)
        : List.of(
            "env",
            "MYSQL_PWD=demo",
            "mysql",
            "--user=root",
            "--batch",
            "--skip-column-names",
            "--database=" + database,
            "--execute=" + sql);
  }

  /** A new database whose owner has the same name. Replaces that of an earlier run. */
  List<String> createDatabase(String name) {
    return this == POSTGRES
        ? List.of(
            "DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(name),
            "DROP ROLE IF EXISTS " + name,
            "CREATE ROLE %s LOGIN PASSWORD 'demo'".formatted(name),
            "CREATE DATABASE %1$s OWNER %1$s".formatted(name))
        : List.of(
            """
            DROP DATABASE IF EXISTS %1$s; DROP USER IF EXISTS %1$s;
            CREATE DATABASE %1$s; CREATE USER %1$s IDENTIFIED BY 'demo';
            GRANT ALL ON %1$s.* TO %1$s
            """
                .formatted(name));
  }

  /** A second login with the rights of the owner. */
  List<String> createLogin(String login, String owner) {
    return this == POSTGRES
        ? List.of(
            "DROP ROLE IF EXISTS " + login,
            "CREATE ROLE %s LOGIN PASSWORD 'demo' IN ROLE %s".formatted(login, owner))
        : List.of(
            """
            DROP USER IF EXISTS %1$s; CREATE USER %1$s IDENTIFIED BY 'demo';
            GRANT ALL ON %2$s.* TO %1$s
            """
                .formatted(login, owner));
  }

  /** Rejects new connections of a login. */
  String lockLogin(String login) {
    return choose("ALTER ROLE %s NOLOGIN", "ALTER USER %s ACCOUNT LOCK").formatted(login);
  }

  /** The logins connected to a database, as {@code login|number of client addresses}. */
  String connectedLogins(String database) {
    return choose(
            """
            SELECT usename, count(DISTINCT client_addr) FROM pg_stat_activity
            WHERE datname = '%s' GROUP BY usename
            """,
            """
            SELECT concat(user, '|', count(DISTINCT substring_index(host, ':', 1)))
            FROM information_schema.processlist WHERE db = '%s' GROUP BY user
            """)
        .formatted(database);
  }

  /** The number of sessions that run the slow statement of the newer image in a database. */
  String slowStatements(String database) {
    return choose(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE query LIKE '%%pg_sleep(4)%%' AND pid <> pg_backend_pid() AND datname = '%s'
            """,
            """
            SELECT count(*) FROM information_schema.processlist
            WHERE info LIKE 'DO sleep%%' AND db = '%s'
            """)
        .formatted(database);
  }

  /** The names of the tables of a database. */
  String tables() {
    return choose(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()");
  }

  /** The server's error for the migration of the failing image. */
  String missingColumn() {
    return choose(
        "column \"wrods\" of relation \"notes\" does not exist",
        "Unknown column 'wrods' in 'field list'");
  }

  private String choose(String postgres, String mysql) {
    return switch (this) {
      case POSTGRES -> postgres;
      case MYSQL -> mysql;
      case SQLITE, MEMORY -> throw new IllegalStateException(id() + " has no server");
    };
  }
}
