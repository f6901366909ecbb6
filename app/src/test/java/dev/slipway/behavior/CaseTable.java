package dev.slipway.behavior;

import dev.slipway.testing.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The cases to record, read from the tables in {@code src/test/behavior}; its README is theirs. */
final class CaseTable {
  private static final Pattern HEADING = Pattern.compile("== (\\S+) @((?: \\w+)+)");
  private static final Pattern DIRECTIVE = Pattern.compile("(\\S+?)(?:\\[([\\w,]+)])?(?: (.*))?");

  private static final String WAITS = "waits";
  private static final String TURNS = "turns";
  private static final String ALONE = "alone";
  private static final Set<String> FLAGS = Set.of(WAITS, TURNS, ALONE);

  private CaseTable() {}

  /** The databases of a recording, by their names in the tables. */
  enum Target {
    POSTGRES(Server.POSTGRES),
    MYSQL(Server.MYSQL),
    SQLITE(Server.SQLITE),
    COCKROACH(Server.COCKROACH_STAND_IN),
    MEMORY(null),
    NONE(null);

    private final Server server;

    Target(Server server) {
      this.server = server;
    }

    /** Where its databases are; nothing for those without a server or a file. */
    Optional<Server> server() {
      return Optional.ofNullable(server);
    }

    /** What its driver is called; CockroachDB has that of PostgreSQL. */
    String driver() {
      return this == COCKROACH ? POSTGRES.word() : word();
    }

    /** Its name in the tables and in the recording. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One case: directives that run in order, on a database and in a folder of its own.
   *
   * @param waits whether statements repeat for as long as something is waited for
   * @param turns whether two builds take turns in it
   * @param alone whether it sees what others like it do on its server
   */
  record Case(
      String name,
      Set<Target> targets,
      boolean waits,
      boolean turns,
      boolean alone,
      List<Directive> directives) {}

  /**
   * One line of a case, with the indented lines below it.
   *
   * @param only the databases that it is for; all when empty
   */
  record Directive(String word, Set<Target> only, String text, List<String> block, String place) {
    /** Whether it is for this database. */
    boolean isFor(Target target) {
      return only.isEmpty() || only.contains(target);
    }
  }

  /** Every case of every table in a folder. */
  static List<Case> read(Path folder) throws IOException {
    List<Case> cases = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".cases")).sorted().toList()) {
        read(file, cases);
      }
    }
    Set<String> names = new HashSet<>();
    for (Case one : cases) {
      if (!names.add(one.name())) {
        throw new IllegalArgumentException("two cases have the name " + one.name());
      }
    }
    return cases;
  }

  private static void read(Path file, List<Case> cases) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<Directive> directives = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      String place = file.getFileName() + ":" + (i + 1);
      Matcher heading = HEADING.matcher(line);
      Matcher directive = DIRECTIVE.matcher(line);
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (heading.matches()) {
        directives = new ArrayList<>();
        List<String> words = List.of(heading.group(2).strip().split(" "));
        cases.add(
            new Case(
                heading.group(1),
                targets(words.stream().filter(word -> !FLAGS.contains(word))),
                words.contains(WAITS),
                words.contains(TURNS),
                words.contains(ALONE),
                directives));
      } else if (line.startsWith("  ") && !directives.isEmpty()) {
        directives.getLast().block().add(line.substring(2));
        // An empty line inside of a block belongs to it.
        for (int next = i + 1; next < lines.size() && lines.get(next).isBlank(); next++) {
          if (next + 1 < lines.size() && lines.get(next + 1).startsWith("  ")) {
            directives.getLast().block().add("");
          }
        }
      } else if (directive.matches()) {
        Set<Target> only =
            directive.group(2) == null
                ? Set.of()
                : targets(Stream.of(directive.group(2).split(",")));
        directives.add(
            new Directive(
                directive.group(1),
                only,
                Optional.ofNullable(directive.group(3)).orElse(""),
                new ArrayList<>(),
                place));
      } else {
        throw new IllegalArgumentException(place + ": " + line);
      }
    }
  }

  private static Set<Target> targets(Stream<String> words) {
    Set<Target> targets = EnumSet.noneOf(Target.class);
    words.forEach(
        word -> {
          if (word.equals("all")) {
            targets.addAll(List.of(Target.POSTGRES, Target.MYSQL, Target.SQLITE, Target.COCKROACH));
          } else {
            targets.add(Target.valueOf(word.toUpperCase(Locale.ROOT)));
          }
        });
    return targets;
  }
}
