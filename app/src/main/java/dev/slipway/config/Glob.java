package dev.slipway.config;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern for files, in the way of .gitignore: {@code *} and {@code ?} stand for anything but a
 * slash, {@code **} also for slashes, {@code [a-z]} for one character. Without a slash it is held
 * against each name on the way to a file, with one against the path below the folder. It means the
 * same on every file system, so upper and lower case differ.
 *
 * @param text as the user wrote it
 * @param pattern the same as a regular expression
 */
public record Glob(String text, Pattern pattern) {

  /** Reads a glob; empty if it is malformed. */
  public static Optional<Glob> of(String text) {
    StringBuilder regex = new StringBuilder();
    String glob = text.startsWith("/") ? text.substring(1) : text;
    glob = glob.endsWith("/") ? glob.substring(0, glob.length() - 1) : glob;
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      switch (c) {
        case '*' -> {
          if (glob.startsWith("**/", i)) {
            regex.append("(?:.*/)?");
            i += 2;
          } else if (glob.startsWith("**", i)) {
            regex.append(".*");
            i++;
          } else {
            regex.append("[^/]*");
          }
        }
        case '?' -> regex.append("[^/]");
        case '[' -> {
          int end = glob.indexOf(']', i + 2);
          String set = end < 0 ? "" : glob.substring(i + 1, end);
          if (set.isEmpty() || set.contains("/")) {
            return Optional.empty();
          }
          regex
              .append('[')
              .append(set.startsWith("!") ? "^" : "")
              .append(
                  set.substring(set.startsWith("!") ? 1 : 0).replaceAll("[\\[\\]\\\\&^]", "\\\\$0"))
              .append(']');
          i = end;
        }
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    if (glob.isEmpty()) {
      return Optional.empty();
    }
    try {
      String anywhere = text.startsWith("/") || glob.contains("/") ? "" : "(?:.*/)?";
      return Optional.of(new Glob(text, Pattern.compile(anywhere + regex, Pattern.DOTALL)));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether it means this file or folder.
   *
   * @param path relative to the folder of migrations, with slashes
   */
  public boolean matches(String path) {
    return pattern.matcher(path).matches();
  }
}
