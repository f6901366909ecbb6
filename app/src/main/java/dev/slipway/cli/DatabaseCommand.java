package dev.slipway.cli;

import dev.slipway.config.Durations;
import dev.slipway.config.Secret;
import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.driver.Change;
import dev.slipway.driver.DatabaseDropRequest;
import dev.slipway.driver.DatabaseSpec;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.Login;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.CancellationToken;
import dev.slipway.provision.Provisioning;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine;

/** {@code slipway database …}: words to calls of {@link Provisioning}, and back to words. */
final class DatabaseCommand extends BaseCommand {
  private DatabaseCommand(CommandContext context) {
    super(
        context,
        "database",
        "Creates databases with their logins and rights, drops them, or waits for one.");
    examples(
        "slipway database create -e --name app --password-file app-password",
        "slipway database wait -e --timeout 60s");
  }

  /** The command with everything below it. */
  static CommandLine line(CommandContext context) {
    CommandLine line = new DatabaseCommand(context).line();
    for (BaseCommand command : List.of(new Create(context), new Drop(context), new Wait(context))) {
      line.addSubcommand(command.line());
    }
    return line;
  }

  @Override
  ExitCode run() {
    throw usageError("say what to do: create, drop or wait");
  }

  /** What all of them share: where the server is, and how long everything may take. */
  private abstract static class Administration extends BaseCommand {
    private final String timeout;

    Administration(CommandContext context, String name, String timeout, String description) {
      super(context, name, description);
      this.timeout = timeout;
    }

    /** The words that all of them end with. */
    final void common(Setting... more) {
      formatOption();
      argument(
          "DSN",
          "0..1",
          "The server, and who administers it; without it, DSN, DSN_FILE, DATABASE_* or the file"
              + " say it.");
      databaseSource();
      settings(Setting.DSN, Setting.DSN_FILE);
      settings(more);
      option("DURATION", "The deadline of the whole run, default " + timeout + ".", "--timeout");
      Map<String, String> codes = new LinkedHashMap<>();
      codes.put("0", "everything is as asked for");
      codes.put("2", "wrong usage or configuration: a name, the DSN, its password");
      codes.put("4", "the server refused a statement");
      codes.put("5", "try again: the server is unavailable, or the database is in use");
      spec.usageMessage().exitCodeListHeading("%nExit codes:%n");
      spec.usageMessage().exitCodeList(codes);
    }

    final List<String> names() {
      return values("--name").stream().distinct().toList();
    }

    /** Runs it, and prints what it did, also when it fails in the middle. */
    final ExitCode report(DeadlineRunner bounded, Consumer<Consumer<Change>> work) {
      List<Change> changes = new CopyOnWriteArrayList<>();
      try {
        bounded.run(
            () -> {
              work.accept(changes::add);
              return ExitCode.DONE;
            });
      } finally {
        context.document().list("changes", MigrationReports.changeObjects(changes));
        if (!changes.isEmpty() && !context.document().requested()) {
          out().print(MigrationReports.changes(changes));
        }
      }
      return ExitCode.DONE;
    }

    @Override
    final ExitCode run() {
      Settings settings = settings(argument(0));
      announceSource(settings);
      Dsn named = Drivers.parse(settings.database());
      Dsn dsn = Drivers.of(named).onWritableHost(named, true);
      Duration limit = Durations.parse(value("--timeout").orElse(timeout));
      if (limit.isZero()) {
        throw usageError("--timeout 0: everything here has a deadline");
      }
      Provisioning provisioning =
          Provisioning.of(dsn, wait(settings, limit), limit, context.terminal()::log);
      DeadlineRunner bounded =
          new DeadlineRunner(new CancellationToken(limit), context.signals().get());
      return run(dsn, provisioning, bounded);
    }

    /** How long the server's coming up is waited for. */
    Duration wait(Settings settings, Duration limit) {
      return settings.migrate().waitForDatabase();
    }

    abstract ExitCode run(Dsn dsn, Provisioning provisioning, DeadlineRunner bounded);
  }

  private static final class Create extends Administration {
    Create(CommandContext context) {
      super(
          context,
          "create",
          "2m",
          "Creates databases with a login of their own, and gives it its rights; what is there"
              + " already stays. In --user, --writer, --reader and the names of files {name} stands"
              + " for the database's name, in names of variables {NAME} for it in capitals.");
      options("NAME", "The database; several make several.", "--name");
      option("LOGIN", "Who owns it, default {name}.", "--user");
      passwords("", "its owner's password");
      flag("The login needs no password: it has a certificate or the like.", "--no-password");
      option("LOGIN", "Who may read and write rows, in future tables too.", "--writer");
      passwords("writer-", "the writer's password");
      option("LOGIN", "Who may read rows, in future tables too.", "--reader");
      passwords("reader-", "the reader's password");
      option("NAME", "The database's encoding, as in UTF8 or utf8mb4.", "--encoding");
      option(
          "NAME", "How the database's texts are ordered, as in C or utf8mb4_bin.", "--collation");
      options("NAME", "An extension of PostgreSQL; several install several.", "--extension");
      common(Setting.MIGRATE_WAIT);
      examples(
          "slipway database create -e --name app --password-file app-password",
          "slipway database create -e --name kratos --name hydra --password-file '{name}.txt'",
          "slipway database create -e --name app --password-env APP_PASSWORD"
              + " --reader app_ro --reader-password-env RO_PASSWORD");
    }

    private void passwords(String prefix, String whose) {
      option("FILE", "A file that holds " + whose + ".", "--" + prefix + "password-file");
      option(
          "VARIABLE",
          "The environment variable that holds " + whose + ".",
          "--" + prefix + "password-env");
    }

    @Override
    ExitCode run(Dsn dsn, Provisioning provisioning, DeadlineRunner bounded) {
      List<String> names = names();
      if (!provisioning.hasServer()) {
        return folder(dsn, provisioning);
      }
      if (names.isEmpty()) {
        throw usageError("say which database: --name");
      }
      List<DatabaseSpec> all = names.stream().map(this::wanted).toList();
      return report(bounded, done -> all.forEach(each -> provisioning.create(each, done)));
    }

    private DatabaseSpec wanted(String name) {
      return new DatabaseSpec(
          name,
          login(name, value("--user").orElse("{name}"), ""),
          value("--writer").map(login -> login(name, login, "writer-")),
          value("--reader").map(login -> login(name, login, "reader-")),
          value("--encoding"),
          value("--collation"),
          values("--extension"));
    }

    private Login login(String database, String pattern, String prefix) {
      Optional<String> file = value("--" + prefix + "password-file");
      Optional<String> variable = value("--" + prefix + "password-env");
      if (file.isPresent() && variable.isPresent()) {
        throw usageError(
            "--"
                + prefix
                + "password-file and --"
                + prefix
                + "password-env are two answers to one question: give one");
      }
      String name = pattern.replace("{name}", database);
      boolean shared =
          file.filter(each -> !each.contains("{name}")).isPresent()
              || variable.filter(each -> !each.contains("{NAME}")).isPresent();
      if (shared && pattern.contains("{name}") && names().size() > 1) {
        throw usageError(
            "each database has a login of its own here, but all would have one password:"
                + " write {name} into --"
                + prefix
                + "password-file, or {NAME} into --"
                + prefix
                + "password-env");
      }
      Optional<Secret> password =
          file.map(
                  each ->
                      Secret.read(
                          Path.of(each.replace("{name}", database)),
                          "password",
                          " (for " + name + ")"))
              .or(() -> variable.map(each -> variable(each, database, name)));
      return new Login(name, password, has("--no-password"));
    }

    private Secret variable(String pattern, String database, String login) {
      String name =
          pattern.replace("{NAME}", database.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"));
      String value = context.environment().getOrDefault(name, "");
      if (value.isEmpty()) {
        throw SlipwayException.usageError(
                "the variable " + name + ", for the password of " + login + ", is not set")
            .hint("set it, or give --password-file");
      }
      return Secret.of(value);
    }

    private ExitCode folder(Dsn dsn, Provisioning provisioning) {
      String product = Drivers.of(dsn).productName();
      if (Stream.of("--name", "--user", "--writer", "--reader").anyMatch(this::has)) {
        throw SlipwayException.usageError(
                product
                    + " has no server: the DSN itself names the database, and there are"
                    + " no logins")
            .hint("leave out --name, --user, --writer and --reader");
      }
      context.document().list("changes", List.of());
      out()
          .println(
              dsn.inMemory()
                  ? "There is nothing to create: the database lives in memory."
                  : provisioning.createFolder()
                      ? "Created the folder of "
                          + dsn.file().orElseThrow()
                          + "; "
                          + product
                          + " makes the file itself."
                      : "There is nothing to create: "
                          + product
                          + " makes "
                          + dsn.file().orElseThrow()
                          + " itself.");
      return ExitCode.DONE;
    }
  }

  private static final class Drop extends Administration {
    Drop(CommandContext context) {
      super(
          context,
          "drop",
          "2m",
          "Drops databases with everything in them, and the logins that --user, --writer and"
              + " --reader name, in which {name} stands for the database's name.");
      options("NAME", "The database; several drop several.", "--name");
      option("LOGIN", "A login to drop too.", "--user");
      option("LOGIN", "Another.", "--writer");
      option("LOGIN", "Another.", "--reader");
      flag("End the sessions that use it.", "--force");
      flag("Do not ask.", "-y", "--yes");
      common(Setting.MIGRATE_WAIT);
      examples("slipway database drop -e --name app --user app");
    }

    @Override
    ExitCode run(Dsn dsn, Provisioning provisioning, DeadlineRunner bounded) {
      List<String> names = names();
      if (names.isEmpty() && provisioning.hasServer()) {
        throw usageError("say which database: --name");
      }
      DatabaseDropRequest unwanted =
          new DatabaseDropRequest(
              names,
              logins(names),
              has("--force")
                  ? DatabaseDropRequest.OpenSessions.TERMINATE
                  : DatabaseDropRequest.OpenSessions.REJECT);
      provisioning.check(unwanted);
      String question =
          "Do you wish to drop "
              + String.join(", ", names)
              + " on "
              + dsn.server()
              + ", with everything in it?";
      if (!bounded.run(() -> confirmed(question))) {
        context.document().list("changes", List.of());
        out().println("Nothing was dropped.");
        return ExitCode.DONE;
      }
      return report(bounded, done -> provisioning.drop(unwanted, done));
    }

    private List<String> logins(List<String> names) {
      return Stream.of("--user", "--writer", "--reader")
          .flatMap(option -> value(option).stream())
          .flatMap(login -> names.stream().map(name -> login.replace("{name}", name)))
          .distinct()
          .toList();
    }
  }

  private static final class Wait extends Administration {
    Wait(CommandContext context) {
      super(
          context,
          "wait",
          "1m",
          "Waits until the DSN's database accepts connections and the login. A wrong password or a"
              + " missing database ends it at once, without --retry-login.");
      flag(
          "Try again when the server rejects the login: the login or the database may be created"
              + " later.",
          "--retry-login");
      common();
      examples(
          "slipway database wait -e", "slipway database wait --timeout 5m postgres://app@db/app");
    }

    @Override
    Duration wait(Settings settings, Duration limit) {
      return limit;
    }

    @Override
    ExitCode run(Dsn dsn, Provisioning provisioning, DeadlineRunner bounded) {
      bounded.run(
          () -> {
            provisioning.await(has("--retry-login"));
            return ExitCode.DONE;
          });
      context.document().put("target", dsn.target());
      out().println("Ready: " + dsn.target());
      return ExitCode.DONE;
    }
  }
}
