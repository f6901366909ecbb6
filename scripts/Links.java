import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks the links between pages: {@code java Links.java} reads paths of files from stdin, and reports
 * each relative link of Markdown, and each page in {@code docs} that another file names, whose file or
 * heading does not exist. Links to other sites are not opened. Run it in the top folder of the project.
 */
final class Links {
  private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```$");
  private static final Pattern INLINE_CODE = Pattern.compile("`[^`]*`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern MENTION = Pattern.compile("\\b(docs/[\\w-]+\\.md(?:#[\\w-]+)?)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");

  private final Map<Path, Set<String>> anchors = new HashMap<>();
  private final List<String> broken = new ArrayList<>();
  private int count;

  static void main() throws IOException {
    Links links = new Links();
    String pages = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    for (String page : pages.lines().toList()) {
      links.check(Path.of(page));
    }
    links.broken.forEach(System.err::println);
    if (!links.broken.isEmpty()) {
      System.exit(1);
    }
    System.out.println("links: all " + links.count + " relative links have a target");
  }

  private void check(Path file) throws IOException {
    String text = Files.readString(file);
    boolean page = file.toString().endsWith(".md");
    if (page) {
      text = FENCED.matcher(text).replaceAll(Links::blank);
      text = INLINE_CODE.matcher(text).replaceAll(Links::blank);
    }
    Path folder = !page || file.getParent() == null ? Path.of("") : file.getParent();
    Matcher link = (page ? LINK : MENTION).matcher(text);
    while (link.find()) {
      String target = link.group(1);
      if (!target.matches("[a-z]+:.*")) {
        count++;
        String problem = problem(file, folder, target);
        if (!problem.isEmpty()) {
          long line = text.substring(0, link.start()).chars().filter(c -> c == '\n').count() + 1;
          broken.add(file + ":" + line + ": " + target + ": " + problem);
        }
      }
    }
  }

  /** What is wrong with a link; empty if nothing is. */
  private String problem(Path file, Path folder, String target) throws IOException {
    int hash = target.indexOf('#');
    String name = hash < 0 ? target : target.substring(0, hash);
    Path path = name.isEmpty() ? file : folder.resolve(decoded(name)).normalize();
    if (!Files.exists(path)) {
      return "the file does not exist";
    }
    boolean found = hash < 0 || anchorsOf(path).contains(decoded(target.substring(hash + 1)));
    return found ? "" : "the heading does not exist";
  }

  private static String blank(MatchResult code) {
    return code.group().replaceAll("[^\n]", " ");
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The anchors of a page's headings, as GitHub makes them. */
  private Set<String> anchorsOf(Path page) throws IOException {
    Set<String> known = anchors.get(page);
    if (known == null) {
      known = new HashSet<>();
      String text = FENCED.matcher(Files.readString(page)).replaceAll("");
      Map<String, Integer> uses = new HashMap<>();
      Matcher heading = HEADING.matcher(text);
      while (heading.find()) {
        String anchor =
            heading
                .group(1)
                .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        int use = uses.merge(anchor, 1, Integer::sum);
        known.add(use == 1 ? anchor : anchor + "-" + (use - 1));
      }
      anchors.put(page, known);
    }
    return known;
  }
}
