package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.error.SlipwayException;
import dev.slipway.sql.SqlScript;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The line from which another tool's file reverts what it has applied above. To Slipway it is a
 * comment, so that both directions would run. Some tools reject a marker that is indented or has
 * another case; it is a marker here too, because nobody writes such a line for anything else.
 *
 * @param tool whose it is
 * @param line the whole line without spaces around it; the marker is its first group
 */
record DownMarker(String tool, Pattern line) {
  private static final List<DownMarker> ALL =
      List.of(
          marker("goose", "(--\\s*\\+goose\\s+down)"),
          marker("dbmate", "(--\\s*migrate:down)(?:\\s.*)?"),
          marker("sql-migrate", "(--\\s*\\+migrate\\s+down)(?:\\s.*)?"),
          // Tern looks for its text anywhere.
          marker("tern", ".*?(--+ *create above / drop below *--+).*"),
          marker("MyBatis", "(--\\s*//\\s*@undo).*"),
          // The tool takes any words after it, as those of a comment about the other file.
          marker("node-pg-migrate", "(--[\\s-]*down\\s+migration)[\\s\\p{Punct}]*"),
          marker("micrate", "(--\\s*\\+micrate\\s+down)"),
          marker("rambler", "(--\\s*rambler\\s+down)"),
          marker("shmig", "(--\\s*=+ down =+)"),
          marker("Play", "((?:#\\s*)?--.*!downs\\b).*"));

  /** Words that many tools use; without an up marker above them, they are only a comment. */
  private static final DownMarker BARE = marker("a tool", bare("down"));

  private static final List<DownMarker> WITH_BARE =
      Stream.concat(ALL.stream(), Stream.of(BARE)).toList();

  private static final Pattern BARE_UP = Pattern.compile(bare("up"), Pattern.CASE_INSENSITIVE);

  /** What every marker contains. */
  private static final Pattern MARKER = Pattern.compile("(?i)down|undo|drop below|\\bup\\b");

  /** Whether a comment can contain a marker. */
  static boolean mayBeIn(String comment) {
    return MARKER.matcher(comment).find();
  }

  private static String bare(String word) {
    return "(--[\\s-]*(?:@|migrat(?:e|ion)\\s*:?\\s+)?" + word + ")[\\s\\p{Punct}]*";
  }

  private static DownMarker marker(String tool, String line) {
    return new DownMarker(tool, Pattern.compile(line, Pattern.CASE_INSENSITIVE));
  }

  /** A marker in a file, if the database takes it for a comment. */
  private record Found(DownMarker marker, String line) {}

  /**
   * Accepts a file that only applies.
   *
   * @throws SlipwayException (usage) naming the line of a marker that is not part of a string, of a
   *     function's body, or of another comment
   */
  static void reject(MigrationFile file, SqlScript script, DatabaseDriver dialect) {
    TreeMap<Integer, Found> candidates = candidates(script.text());
    if (candidates.isEmpty()) {
      return;
    }
    Set<Integer> starts = new HashSet<>();
    script.scan(
        new SqlScript.TokenListener() {
          @Override
          public void token(int start, int end) {
            // In MySQL, `--//@UNDO` is no comment.
            starts.add(start);
          }

          @Override
          public void comment(int start, int end) {
            starts.add(start);
          }
        });
    candidates.forEach(
        (start, found) -> {
          if (starts.contains(start)) {
            throw SlipwayException.usageErrorAt(
                    file.path(),
                    script.position(start).line(),
                    "`"
                        + found.line
                        + "` is where "
                        + found.marker.tool
                        + " begins to revert: Slipway would run both "
                        + "directions")
                .hint(
                    file.format().hasDown()
                        ? "move what follows into a down file, "
                            + downName(file)
                            + ", and remove the line"
                        : "only goose and dbmate have both directions in a file; name the format "
                            + "by --file-format, or make it a pair of files, <version>_<name>.up.sql "
                            + "and .down.sql");
          }
        });
  }

  private static String downName(MigrationFile file) {
    return switch (file.format()) {
      case FLYWAY -> "U<version>__<name>.sql";
      case DIESEL -> "down.sql in the same folder";
      case PAIRS, GOOSE, DBMATE, PLAIN, PRISMA -> "<version>_<name>.down.sql";
    };
  }

  /** The lines that are markers by their text, by the offset of the marker. */
  private static TreeMap<Integer, Found> candidates(String text) {
    TreeMap<Integer, Found> found = new TreeMap<>();
    boolean up = false;
    for (int at = text.indexOf("--"); at >= 0; ) {
      int start = text.lastIndexOf('\n', at) + 1;
      int newline = text.indexOf('\n', at);
      int end = newline < 0 ? text.length() : newline;
      while (Character.isWhitespace(text.charAt(start)) || text.charAt(start) == '\uFEFF') {
        start++;
      }
      String line = text.substring(start, end).stripTrailing();
      for (DownMarker marker : up ? WITH_BARE : ALL) {
        Matcher matcher = marker.line.matcher(line);
        if (matcher.matches()) {
          found.putIfAbsent(start + matcher.start(1), new Found(marker, line));
        }
      }
      up |= BARE_UP.matcher(line).matches();
      at = text.indexOf("--", end);
    }
    return found;
  }
}
