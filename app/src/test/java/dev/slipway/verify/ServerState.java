package dev.slipway.verify;

import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All that a server holds, as lines that can be compared: a dump of everything, where the server
 * has a program for that, and queries for what dumps leave out. On SQLite, the files themselves.
 */
record ServerState(List<String> lines) {
  /** What no dump of PostgreSQL contains; the two files are those that statements of tests name. */
  private static final List<String> POSTGRES_UNDUMPED =
      List.of(
          "SELECT slot_name FROM pg_replication_slots ORDER BY 1",
          "SELECT roname FROM pg_replication_origin ORDER BY 1",
          "SELECT name, setting FROM pg_file_settings ORDER BY 1, 2",
          "SELECT name, setting FROM pg_settings WHERE context <> 'internal' ORDER BY 1",
          "SELECT pg_stat_file('/tmp/x', true), pg_stat_file('x', true)");

  /** What all databases of a PostgreSQL server share, for servers without a program that dumps. */
  private static final List<String> POSTGRES_SHARED =
      List.of(
          "SELECT to_jsonb(a) - 'oid' FROM pg_authid a ORDER BY rolname",
          "SELECT roleid::regrole, member::regrole, admin_option FROM pg_auth_members ORDER BY 1, 2",
          "SELECT datname, datdba::regrole, datacl, datconnlimit, datallowconn FROM pg_database"
              + " ORDER BY 1",
          "SELECT setdatabase, setrole, setconfig FROM pg_db_role_setting ORDER BY 1, 2",
          "SELECT spcname, spcacl FROM pg_tablespace ORDER BY 1",
          "SELECT classoid, objoid, description FROM pg_shdescription ORDER BY 1, 2",
          "SELECT classoid, objoid, label FROM pg_shseclabel ORDER BY 1, 2",
          "SELECT subname FROM pg_subscription ORDER BY 1");

  /**
   * What no dump of MySQL contains. Of the databases of the server itself, it contains {@code
   * mysql} only. The variables that are left out count transactions, also of other sessions.
   */
  private static final List<String> MYSQL_UNDUMPED =
      List.of(
          "SELECT variable_name, variable_value FROM performance_schema.global_variables"
              + " WHERE variable_name NOT LIKE 'gtid%' ORDER BY 1",
          "SELECT variable_name, variable_value FROM performance_schema.persisted_variables ORDER BY 1",
          "SELECT name, enabled, timed FROM performance_schema.setup_instruments ORDER BY 1",
          "SELECT name, enabled FROM performance_schema.setup_consumers ORDER BY 1",
          "SELECT channel_name, host FROM performance_schema.replication_connection_configuration"
              + " ORDER BY 1",
          "SELECT resource_group_name FROM information_schema.resource_groups ORDER BY 1",
          "SELECT name FROM information_schema.innodb_tablespaces WHERE space_type = 'General'"
              + " ORDER BY 1",
          "SELECT table_name FROM information_schema.tables WHERE table_schema = 'sys' ORDER BY 1",
          "SELECT routine_name FROM information_schema.routines WHERE routine_schema = 'sys'"
              + " ORDER BY 1");

  /** Looks at the whole server of a database. */
  static ServerState of(TestDatabase database) {
    List<String> lines = new ArrayList<>();
    boolean dumped =
        database.server().dump().map(dump -> lines.addAll(dump.lines().toList())).isPresent();
    switch (database.family()) {
      case POSTGRES, COCKROACH -> {
        POSTGRES_UNDUMPED.forEach(query -> lines.addAll(database.query(query)));
        if (!dumped) {
          POSTGRES_SHARED.forEach(query -> lines.addAll(database.query(query)));
          database
              .tables()
              .forEach(
                  table ->
                      lines.addAll(
                          database.query("SELECT '" + table + "', x.* FROM " + table + " x")));
        }
      }
      case MYSQL -> {
        MYSQL_UNDUMPED.forEach(query -> lines.addAll(database.query(query)));
        // The dump has the tables of accounts; these are the accounts that the server goes by.
        for (String account :
            database.query(
                "SELECT CONCAT(QUOTE(user), '@', QUOTE(host)) FROM mysql.user ORDER BY 1")) {
          lines.addAll(database.query("SHOW CREATE USER " + account));
          lines.addAll(database.query("SHOW GRANTS FOR " + account));
        }
      }
      case SQLITE -> {
        // Statements of tests name files without a folder too.
        addFiles(Path.of(""), lines);
        addFiles(Path.of(database.name()).getParent(), lines);
      }
    }
    return new ServerState(List.copyOf(lines));
  }

  private static void addFiles(Path folder, List<String> lines) {
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        lines.add(
            file
                + " "
                + HexFormat.of()
                    .formatHex(
                        MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The lines that differ in a later state. */
  String changes(ServerState later) {
    return "gone: " + without(later.lines, lines) + "\nnew: " + without(lines, later.lines);
  }

  private static List<String> without(List<String> these, List<String> all) {
    Set<String> known = new HashSet<>(these);
    return all.stream().filter(line -> !known.contains(line)).toList();
  }
}
