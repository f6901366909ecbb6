package dev.slipway.migrate;

import dev.slipway.migrate.Reconciliation.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every version that files or history know, oldest first.
 *
 * @param lines one for each version
 * @param schema what this binary makes of them
 */
public record Status(List<Line> lines, SchemaState schema) {
  /**
   * One version.
   *
   * @param version as written in the file's name, or in the history
   * @param name words
   * @param state Applied, Pending, Failed (stopped half way), Ahead or Vanished
   * @param up the file that applies it, where there is one
   * @param down the file that undoes it, where there is one
   */
  public record Line(
      String version,
      String name,
      String state,
      Optional<MigrationFile> up,
      Optional<MigrationFile> down) {
    /** What the file that applies it says; empty where there is none. Reads the file. */
    public String content() {
      return up.map(file -> file.read().text()).orElse("");
    }

    /** What the file that undoes it says; empty where there is none. Reads the file. */
    public String contentDown() {
      return down.map(file -> file.read().text()).orElse("");
    }
  }

  static Status of(Reconciliation schema) {
    List<Line> lines = new ArrayList<>();
    for (Entry entry : schema.entries()) {
      MigrationFile up = entry.migration().up();
      String state =
          switch (entry.state()) {
            case APPLIED, BELOW_BASELINE -> "Applied";
            case PENDING -> "Pending";
            case INCOMPLETE, RESUMABLE -> "Failed";
          };
      lines.add(
          new Line(
              entry.version().toString(),
              up.name(),
              state,
              Optional.of(up),
              entry.migration().down()));
    }
    schema.vanished().forEach(row -> lines.add(unknown(row, "Vanished")));
    schema.ahead().forEach(row -> lines.add(unknown(row, "Ahead")));
    return new Status(lines, schema.schemaState());
  }

  private static Line unknown(HistoryRow row, String state) {
    return new Line(
        row.version().map(Version::toString).orElse(""),
        row.description().replace(' ', '_'),
        state,
        Optional.empty(),
        Optional.empty());
  }

  /** Whether something is still to be applied. */
  public boolean pending() {
    return schema.pending() > 0;
  }
}
