package dev.slipway.cli;

import dev.slipway.driver.Change;
import dev.slipway.migration.MigrationFile;
import dev.slipway.migration.MigrationPlan;
import dev.slipway.migration.MigrationStatus;
import dev.slipway.migration.MigrationStep;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Plans and states as text: Ory's layout where Ory has one, so that scripts keep working. */
final class MigrationReports {
  private static final List<String> PLAN = List.of("Version", "Name", "Status");
  private static final List<String> SIZED_PLAN = List.of("Version", "Name", "Status", "Size");

  private MigrationReports() {}

  /** The plan's table. */
  static String plan(MigrationPlan plan) {
    List<List<String>> rows = new ArrayList<>();
    String state = plan.direction() == MigrationStep.Direction.UP ? "Pending" : "Rollback";
    for (MigrationStep step : plan.steps()) {
      rows.add(List.of(version(step), step.file().name(), state, size(step.bytes())));
    }
    return "The migration plan is as follows:\n" + table(SIZED_PLAN, rows);
  }

  /** Writes the plan's SQL, as Ory prints it before the question. */
  static void writeSql(MigrationPlan plan, PrintStream target) {
    target.print("\nThe SQL statements to be executed from top to bottom are:\n\n");
    for (MigrationStep step : plan.steps()) {
      target.print(
          "------------ " + version(step) + " - " + step.file().name() + " ------------\n");
      try {
        step.writeSql(target);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      target.print("\n\n");
    }
  }

  private static String version(MigrationStep step) {
    return step.file().version().map(String::valueOf).orElse(MigrationStatus.REPEATABLE);
  }

  private static String size(long bytes) {
    return bytes < 1_000
        ? bytes + " B"
        : bytes < 1_000_000
            ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
            : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  /** The steps of a plan for programs. */
  static List<Map<String, Object>> steps(MigrationPlan plan) {
    return plan.steps().stream()
        .map(
            step -> {
              Map<String, Object> object = step(step);
              object.put("bytes", step.bytes());
              return object;
            })
        .toList();
  }

  /** A step that has run, for programs. */
  static Map<String, Object> completed(MigrationStep step, Duration time) {
    Map<String, Object> object = step(step);
    object.put("milliseconds", time.toMillis());
    return object;
  }

  private static Map<String, Object> step(MigrationStep step) {
    Map<String, Object> object = file(step.file());
    object.put("file", step.file().path().toString());
    return object;
  }

  /** A migration for programs. */
  static Map<String, Object> file(MigrationFile file) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("version", file.version().map(String::valueOf).orElse(MigrationStatus.REPEATABLE));
    object.put("name", file.name());
    return object;
  }

  /** The table of every version and its state. */
  static String status(MigrationStatus status) {
    return table(
        PLAN,
        status.lines().stream()
            .map(line -> List.of(line.version(), line.name(), line.state().label()))
            .toList());
  }

  /** Every version and its state, for programs. */
  static List<Map<String, String>> statusObjects(MigrationStatus status) {
    List<Map<String, String>> objects = new ArrayList<>();
    for (MigrationStatus.Line line : status.lines()) {
      Map<String, String> object = new LinkedHashMap<>();
      object.put("state", line.state().label());
      object.put("version", line.version());
      object.put("name", line.name());
      line.appliedAt().ifPresent(time -> object.put("applied_at", time.toString()));
      object.put("content", line.content());
      object.put("content_down", line.contentDown());
      line.issue().ifPresent(issue -> object.put("issue", issue.message()));
      objects.add(object);
    }
    return objects;
  }

  /** The table of what has become of databases, their logins, and rights. */
  static String changes(List<Change> changes) {
    return table(
        List.of("Database", "Object", "Outcome"),
        changes.stream()
            .map(
                change ->
                    List.of(
                        change.database(),
                        change.object(),
                        change.outcome().label()
                            + (change.detail().isEmpty() ? "" : ", " + change.detail())))
            .toList());
  }

  /** What has become of databases, their logins, and rights, for programs. */
  static List<Map<String, String>> changeObjects(List<Change> changes) {
    List<Map<String, String>> objects = new ArrayList<>();
    for (Change change : changes) {
      Map<String, String> object = new LinkedHashMap<>();
      object.put("database", change.database());
      object.put("object", change.object());
      object.put("outcome", change.outcome().label());
      object.put("detail", change.detail());
      objects.add(object);
    }
    return objects;
  }

  /**
   * Columns as Go's tabwriter aligns them with cells of at least 0, tabs of 8 and a padding of 1,
   * which is what Ory's tools use: a cell is filled with tabs, the last one too.
   */
  static String table(List<String> heading, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>();
    all.add(heading);
    all.addAll(rows);
    int[] widths = new int[all.getFirst().size()];
    for (List<String> row : all) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], (length(row.get(column)) + 1 + 7) / 8 * 8);
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : all) {
      for (int column = 0; column < widths.length; column++) {
        int tabs = (widths[column] - length(row.get(column)) + 7) / 8;
        text.append(row.get(column)).append("\t".repeat(tabs));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
