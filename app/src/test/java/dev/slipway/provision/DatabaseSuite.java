package dev.slipway.provision;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Recording;
import dev.slipway.testing.Server;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/**
 * What the tests of `slipway database` share: each has an administrator on a database of its own,
 * and names that nobody else uses. All databases and logins that begin with {@link #name} are
 * dropped in the end.
 */
abstract class DatabaseSuite {
  private static final Pattern ADDRESS = Pattern.compile("([a-z0-9.]+):(\\d+)\\)?/");

  @Parameter Server server;
  @TempDir Path folder;
  TestDatabase admin;
  String name;

  @BeforeEach
  void openAdministration() {
    admin = server.database();
    name = admin.name() + "_app";
  }

  @AfterEach
  void dropWhatIsLeft() {
    if (admin == null) {
      return;
    }
    String begin = admin.name() + "\\_%";
    if (mysql()) {
      for (String database :
          admin.query(
              "SELECT schema_name FROM information_schema.schemata"
                  + " WHERE schema_name LIKE '"
                  + begin.replace("\\", "\\\\")
                  + "'")) {
        admin.execute("DROP DATABASE `" + database.replace("`", "``") + "`");
      }
      for (String user :
          admin.query(
              "SELECT user FROM mysql.user WHERE user LIKE '"
                  + begin.replace("\\", "\\\\")
                  + "'")) {
        admin.execute("DROP USER `" + user.replace("`", "``") + "`@`%`");
      }
    } else {
      for (String database :
          admin.query(
              "SELECT quote_ident(datname) FROM pg_database WHERE datname LIKE '" + begin + "'")) {
        admin.execute("DROP DATABASE " + database + " WITH (FORCE)");
      }
      for (String role :
          admin.query(
              "SELECT quote_ident(rolname) FROM pg_roles WHERE rolname LIKE '" + begin + "'")) {
        admin.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
      }
    }
    admin.close();
  }

  boolean mysql() {
    return server.family() == Server.Family.MYSQL;
  }

  /** `slipway database <words>` with the administrator's DSN in the environment. */
  Ran database(String... words) {
    return slipway().run(words(words));
  }

  Slipway slipway() {
    return Slipway.on(admin);
  }

  static String[] words(String... words) {
    return Stream.concat(Stream.of("database"), Stream.of(words)).toArray(String[]::new);
  }

  /** A file with a new password; what it holds is never printed. */
  String passwordFile(String file) {
    return write(file, Recording.secret());
  }

  String write(String file, String text) {
    try {
      return Files.writeString(folder.resolve(file), text + "\n").toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(String file) {
    try {
      return Files.readString(Path.of(file)).replaceFirst("\\n$", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Another client's connection, opened without the code under test. */
  Connection login(String database, String user, String password) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    if (mysql()) {
      properties.setProperty("sslMode", "DISABLED");
      properties.setProperty("allowPublicKeyRetrieval", "true");
    } else {
      properties.setProperty("sslmode", "disable");
    }
    return DriverManager.getConnection(
        "jdbc:"
            + (mysql() ? "mysql" : "postgresql")
            + "://"
            + address()
            + "/"
            + java.net.URLEncoder.encode(database, java.nio.charset.StandardCharsets.UTF_8)
                .replace("+", "%20"),
        properties);
  }

  /** {@code host:port} of the server. */
  String address() {
    Matcher address = ADDRESS.matcher(admin.dsn());
    if (!address.find()) {
      throw new IllegalStateException("no address");
    }
    return address.group(1) + ":" + address.group(2);
  }

  /** The DSN of another login. */
  String dsn(String database, String user, String password) {
    return mysql()
        ? "mysql://" + user + ":" + password + "@tcp(" + address() + ")/" + database
        : admin.dsn().replaceFirst(":.*", "")
            + "://"
            + user
            + ":"
            + password
            + "@"
            + address()
            + "/"
            + database
            + "?sslmode=disable";
  }

  static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  static List<String> query(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> answer = new ArrayList<>();
      while (rows.next()) {
        answer.add(rows.getString(1));
      }
      return answer;
    }
  }
}
