package dev.slipway.verify;

import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SchemaPlan;
import dev.slipway.driver.SchemaPlan.PossibleRename;
import dev.slipway.driver.SchemaPlanner;
import dev.slipway.driver.SchemaPlanner.Request;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.CancellationToken;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.migration.MigrationWriter;
import dev.slipway.sql.SqlFile;
import dev.slipway.sql.SqlScript;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Writes the migrations that lead from those of a folder to another schema. They are proven on
 * scratch databases before they are written. Used once, by one thread.
 */
public final class SchemaGeneration {
  private final Dsn dsn;
  private final DatabaseDriver driver;
  private final SchemaPlanner planner;
  private final Options options;
  private final Settings.Migrate settings;
  private final CancellationToken stop;
  private final Consumer<String> story;
  private final MigrationWriter writer;
  private final GenerationTarget target;
  private final ScratchReplay replay;

  /**
   * What to write.
   *
   * @param scratch where the migrations run; without a given database, new ones are created
   * @param secondScratch a second empty database, next to the one in {@code scratch}
   * @param file the SQL that creates the target schema; empty if that is a database's
   * @param database the database with the target schema
   * @param renames each {@code old=new}
   * @param allowDrop whether data may be deleted
   * @param check whether to compare only
   */
  public record Options(
      ScratchOptions scratch,
      Optional<Dsn> secondScratch,
      Optional<Path> file,
      Optional<Dsn> database,
      List<String> renames,
      boolean allowDrop,
      boolean check) {}

  /**
   * What was found and written.
   *
   * @param statements the statements that lead to the target; empty if the schemas are equal
   * @param rejected differences for which there is no statement, as sentences
   * @param files the files that were written; none with {@code check}
   * @param kept objects that the target lacks and that are kept
   * @param unproven tables into which no rows could be inserted for the proof, with the reason
   */
  public record Result(
      List<String> statements,
      List<String> rejected,
      List<Path> files,
      List<String> kept,
      List<String> unproven) {
    /** Whether the migrations create the target schema already. */
    public boolean equal() {
      return statements.isEmpty() && rejected.isEmpty();
    }
  }

  private SchemaGeneration(
      Dsn dsn,
      String name,
      Options options,
      Settings.Migrate settings,
      CancellationToken stop,
      Consumer<String> story,
      LocalDateTime now) {
    this.dsn = dsn;
    this.driver = Drivers.of(dsn);
    this.planner =
        driver
            .schemaPlanner()
            .orElseThrow(
                () ->
                    SlipwayException.of(
                            ExitCode.MIGRATION,
                            "no migration can be generated for " + driver.productName())
                        .hint("write it by hand, with `slipway migrate sql create`"));
    this.options = options;
    this.settings = settings;
    this.stop = stop;
    this.story = story;
    this.writer = MigrationWriter.of(settings, driver, name, now);
    this.target =
        options
            .database()
            .map(database -> GenerationTarget.database(database, driver, settings))
            .orElseGet(() -> GenerationTarget.file(options.file().orElseThrow(), driver, settings));
    this.replay =
        ScratchReplay.read(
            dsn, options.scratch(), settings, !writer.isFirst(), target.scripts(), stop, story);
  }

  /**
   * Generates the migrations.
   *
   * @param dsn the server; its own database is not touched
   * @param name the name of the first migration
   * @param settings one folder, into which they are written
   * @param now the version, where versions are times
   * @throws SlipwayException (usage) for files, a name, a DSN, or renames that are wrong;
   *     (migration) if a migration fails, for a difference that cannot be generated, for data that
   *     would be lost, and if the migrations cannot be proven: then nothing is written; (retry) if
   *     a database is unavailable
   */
  public static Result run(
      Dsn dsn,
      String name,
      Options options,
      Settings.Migrate settings,
      CancellationToken stop,
      Consumer<String> story,
      LocalDateTime now) {
    SchemaGeneration generation =
        new SchemaGeneration(dsn, name, options, settings, stop, story, now);
    try (CancellationToken.Run _ = stop.begin();
        GenerationTarget _ = generation.target) {
      return generation.run();
    } catch (SQLException e) {
      throw SlipwayException.of(
              Drivers.of(dsn).exitCode(e),
              "cannot compare the schemas: " + SqlExceptions.describe(e, dsn))
          .cause(e);
    }
  }

  private Result run() throws SQLException {
    if (options.scratch().given().isPresent()
        && options.secondScratch().isEmpty()
        && driver.scratchServer().isPresent()) {
      throw SlipwayException.usageError("two scratch databases are needed, and --scratch names one")
          .hint("name two empty databases: --scratch DSN --scratch DSN");
    }
    target.open(dsn, options.secondScratch(), story);
    List<SqlFile> names = List.of(words(readable(target.contents())));
    SchemaContents wanted;
    GeneratedMigrations migrations;
    SchemaPlan plan;
    Renames renames;
    List<SchemaContents> states = new ArrayList<>();
    try (ScratchDatabase start =
            replay.open(options.scratch().given(), target.settingsSql(), names);
        GenerationProof proof = new GenerationProof(driver, settings, !writer.isFirst())) {
      SchemaContents before = readable(read(start));
      target.excludeHistories(before);
      wanted = target.contents();
      requireComparable(before, wanted);
      renames = Renames.of(options.renames(), before, wanted);
      plan =
          planner.plan(
              start.connection(),
              target.connection(),
              new Request(target.excluded(), renames.forward(), target.isManagedOnly()));
      List<String> rejected = rejected(plan, before, wanted);
      if (options.check() || (plan.statements().isEmpty() && rejected.isEmpty())) {
        return new Result(sql(plan), rejected, List.of(), plan.kept(), List.of());
      }
      requireDecided(plan, rejected);
      migrations = new GeneratedMigrations(writer, target.origin(), plan.statements());
      states.add(before);
      for (int i = 0; i < migrations.count(); i++) {
        proof.write(migrations.files(i));
      }
      if (migrations.count() == 1 && !target.isManagedOnly()) {
        migrations.revert(
            0, planner.plan(target.connection(), start.connection(), back(renames.reverse())));
        states.add(wanted);
      } else {
        if (!target.isManagedOnly()) {
          target.close();
        }
        planDowns(start, proof, migrations, renames, states, names);
      }
    }
    if (!target.isManagedOnly()) {
      target.close();
    }
    return prove(migrations, plan, renames, wanted, states, names);
  }

  /**
   * Plans the down migration of each migration by itself: on one database it is applied, and on
   * another it is not yet.
   */
  private void planDowns(
      ScratchDatabase start,
      GenerationProof proof,
      GeneratedMigrations migrations,
      Renames renames,
      List<SchemaContents> states,
      List<SqlFile> names)
      throws SQLException {
    try (ScratchDatabase ahead =
        replay.open(options.secondScratch(), target.settingsSql(), names)) {
      for (int i = 0; i < migrations.count(); i++) {
        stop.requireNotOver();
        proof.step(replay, ahead, Direction.UP, i);
        states.add(read(ahead));
        migrations.revert(
            i,
            planner.plan(
                ahead.connection(),
                start.connection(),
                back(Renames.between(renames.reverse(), states.get(i + 1), states.get(i)))));
        if (i < migrations.count() - 1) {
          proof.step(replay, start, Direction.UP, i);
        }
      }
    }
  }

  /** Runs the files as they will be written, with rows, on a new scratch database. */
  private Result prove(
      GeneratedMigrations migrations,
      SchemaPlan plan,
      Renames renames,
      SchemaContents wanted,
      List<SchemaContents> states,
      List<SqlFile> names)
      throws SQLException {
    try (GenerationProof proof = new GenerationProof(driver, settings, !writer.isFirst());
        ScratchDatabase scratch =
            replay.open(
                options.secondScratch().or(options.scratch()::given), target.settingsSql(), names);
        SeededRows rows = new SeededRows(scratch.newConnection(), driver, states.getFirst())) {
      for (int i = 0; i < migrations.count(); i++) {
        proof.write(migrations.files(i));
      }
      proof.acceptFindings(migrations);
      Map<String, String> old = renames.reverse();
      rows.insert(plan.statements(), name -> old.getOrDefault(name, name));
      for (int i = 0; i < migrations.count(); i++) {
        stop.requireNotOver();
        proof.step(replay, scratch, Direction.UP, i);
      }
      requireTarget(proof, scratch, wanted);
      Set<String> losses =
          plan.statements().stream()
              .flatMap(statement -> statement.loss().stream())
              .collect(Collectors.toSet());
      requireRows("after the migrations", rows.lost(read(scratch), renames::renamed, losses));
      if (writer.hasDown()) {
        for (int i = migrations.count() - 1; i >= 0; i--) {
          stop.requireNotOver();
          proof.step(replay, scratch, Direction.DOWN, i);
          proof.require(
              "after the down migration of version " + writer.version(i),
              read(scratch),
              states.get(i),
              true,
              !migrations.irreversible(i).isEmpty());
        }
        requireRows("after the down migrations", rows.lost(read(scratch), name -> name, losses));
      }
      return new Result(
          sql(plan),
          List.of(),
          writer.write(proof.files()),
          plan.kept(),
          rows.unseeded().entrySet().stream()
              .map(each -> "table " + each.getKey() + ": " + each.getValue())
              .toList());
    }
  }

  private void requireTarget(GenerationProof proof, ScratchDatabase scratch, SchemaContents wanted)
      throws SQLException {
    if (!target.isManagedOnly()) {
      proof.require("after the migrations", read(scratch), wanted, false, false);
      return;
    }
    SchemaPlan rest =
        planner.plan(
            scratch.connection(),
            target.connection(),
            new Request(target.excluded(), Map.of(), true));
    if (!rest.statements().isEmpty() || !rest.rejected().isEmpty()) {
      throw GenerationProof.failure(
          "after the migrations, the schema still differs from the target\n"
              + String.join("\n", rest.rejected())
              + String.join("\n", sql(rest)));
    }
  }

  private static void requireRows(String when, List<String> lost) {
    if (!lost.isEmpty()) {
      throw GenerationProof.failure(when + ", rows are lost\n" + String.join("\n", lost));
    }
  }

  private Request back(Map<String, String> renames) {
    return new Request(target.excluded(), renames, false);
  }

  private static List<String> sql(SchemaPlan plan) {
    return plan.statements().stream().map(PlannedStatement::sql).toList();
  }

  /** What the plan does not reach, whether it names it or not. */
  private List<String> rejected(SchemaPlan plan, SchemaContents before, SchemaContents wanted) {
    if (!plan.rejected().isEmpty() || !plan.statements().isEmpty() || target.isManagedOnly()) {
      return plan.rejected();
    }
    boolean grants = driver.schemaDumper().filter(dumper -> !dumper.writesGrants()).isEmpty();
    return SchemaModel.of(before).differences(SchemaModel.of(wanted)).stream()
        .filter(
            difference -> grants || !difference.property().equals(Optional.of(SchemaObject.GRANTS)))
        .map(difference -> difference.describe("is missing", "should not exist"))
        .toList();
  }

  /** Rejects what cannot be generated, and what only a person can decide. */
  private void requireDecided(SchemaPlan plan, List<String> rejected) {
    if (!rejected.isEmpty()) {
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              "no migration was written, because these differences cannot be generated\n"
                  + String.join("\n", rejected))
          .hint("write a migration for them by hand, and generate again");
    }
    List<String> losses =
        plan.statements().stream().flatMap(one -> one.loss().stream()).distinct().toList();
    if (options.allowDrop()) {
      losses.forEach(loss -> story.accept("deletes " + loss));
      plan.renames()
          .forEach(
              one -> story.accept("dropped and not renamed: " + one.from() + " to " + one.to()));
      return;
    }
    List<PossibleRename> possible = plan.renames();
    if (!possible.isEmpty()) {
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              "no migration was written, because these may be renames\n"
                  + possible.stream()
                      .map(one -> one.from() + " to " + one.to())
                      .collect(Collectors.joining("\n")))
          .hint(
              possible.stream()
                      .map(one -> "--rename " + one.from() + "=" + one.to())
                      .collect(Collectors.joining(" "))
                  + " renames and keeps the data; --allow-drop deletes it");
    }
    if (!losses.isEmpty()) {
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              "no migration was written, because it would delete data\n"
                  + String.join("\n", losses))
          .hint("--allow-drop deletes it; --rename old=new keeps it under another name");
    }
  }

  private void requireComparable(SchemaContents before, SchemaContents wanted) {
    SchemaModel.of(wanted)
        .incomparable(SchemaModel.of(before))
        .ifPresent(
            difference -> {
              throw SlipwayException.usageError(
                      "the schema of "
                          + target.name()
                          + " cannot be compared: its server has "
                          + difference)
                  .hint("name scratch databases on a server like that one: --scratch DSN");
            });
  }

  private static SchemaContents readable(SchemaContents contents) {
    if (!contents.unread().isEmpty()) {
      throw SlipwayException.of(
          ExitCode.MIGRATION,
          "no migration was written, because not everything can be read\n"
              + String.join("\n", contents.unread()));
    }
    return contents;
  }

  private SchemaContents read(ScratchDatabase scratch) throws SQLException {
    return driver.schemaReader().read(scratch.connection(), target.excluded());
  }

  /** All names of a schema, as the text of a comment: a scratch database may have such objects. */
  private SqlFile words(SchemaContents contents) {
    String text =
        contents.objects().stream()
            .map(object -> object.name() + " " + object.properties())
            .map(each -> each.replaceAll("[^\\p{L}\\p{N}_$]+", " "))
            .collect(Collectors.joining("\n-- ", "-- ", "\n"));
    return new SqlFile(Path.of(target.name()), SqlScript.parse(text, driver.syntax()));
  }
}
