package dev.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/settings.md} is made from {@link Setting}. */
class SettingsDocTest {
  private static final Path PAGE = Path.of("../docs/settings.md");

  private static final String INTRODUCTION =
      """
      # Settings

      This page is made from
      [Setting.java](../app/src/main/java/dev/slipway/config/Setting.java) by `make generate`;
      change the settings there.

      Each setting has a key in the configuration file (`--config FILE`, YAML or JSON) and an
      environment variable: the key in upper case with `_` for `.`, but for
      `SLIPWAY_ADMIN_TOKEN` and `SLIPWAY_ADMIN_TOKEN_FILE`. Some have a flag, on the commands that
      use them.

      - A flag beats the environment, which beats the file, which beats the default.
      - An empty environment variable counts as not set; one for the token ends the run with exit 2.
      - A value out of range ends the run with exit 2 and names the range and the place that the
        value came from. Nothing is corrected silently. An unknown key in the file ends it too, and
        the nearest known key is named.
      - Durations are written as in `300ms`, `5s`, `1m30s`, `2h`.
      - Lists and maps: in the file a list or a map, in the environment separated by commas, on the
        command line the flag several times. `identity.schemas` is a list of `{id, url}` or a map
        in the file, and `IDENTITY_SCHEMAS=id=url,id=url` in the environment.
      - Text is UTF-8 everywhere, whatever the locale says. Bytes that are not UTF-8 end the run
        with exit 2.
      - A variable that ends in `_PORT` with a value that starts with `tcp://` is ignored with a
        warning: Kubernetes sets such variables for services.

      `slipway serve --print-config` prints every setting with its value and where that comes from,
      secrets masked, as a file that `--config` reads again; `--format json` is for programs.

      An editor checks and completes the file by
      [config.schema.json](../app/src/main/resources/config.schema.json). Where the database comes
      from when several of its settings are given, and what a DSN may hold, is in
      [dsn.md](dsn.md).
      """;

  private static final Map<String, String> TITLES =
      Map.of(
          "dsn", "The database: DSN",
          "dsn_file", "The database: DSN",
          "database", "The database in parts",
          "pool", "The pool of `serve`",
          "serve", "The server",
          "identity", "Identities",
          "hashers", "Identities",
          "log", "Logging",
          "migrate", "Migrations");

  /** With {@code -Dslipway.generate=true} it writes the page in place of comparing it. */
  @Test
  void thePageIsMadeFromTheSettings() throws IOException {
    String fresh = page();
    if (Boolean.getBoolean("slipway.generate")) {
      Files.writeString(PAGE, fresh);
    }
    assertEquals(fresh, Files.readString(PAGE), "docs/settings.md is stale, run: make generate");
  }

  private static String page() {
    Map<String, List<Setting>> sections = new LinkedHashMap<>();
    for (Setting setting : Setting.values()) {
      String first = setting.key().replaceAll("\\..*", "");
      String title = TITLES.getOrDefault(first, first);
      sections.computeIfAbsent(title, _ -> new ArrayList<>()).add(setting);
    }
    StringBuilder page = new StringBuilder(INTRODUCTION);
    sections.forEach(
        (title, settings) -> {
          page.append("\n## ").append(title).append("\n\n");
          page.append(row("key", "variable", "flag", "default", "value", "meaning"));
          page.append("|---|---|---|---|---|---|\n");
          settings.forEach(
              setting ->
                  page.append(
                      row(
                          code(setting.key()),
                          code(setting.variable()),
                          code(setting.flag().orElse("")),
                          code(setting.defaultText()),
                          setting.range(),
                          setting.description())));
        });
    return page.toString();
  }

  private static String code(String text) {
    return text.isEmpty() ? "" : "`" + text + "`";
  }

  private static String row(String... cells) {
    return Arrays.stream(cells)
        .map(cell -> cell.replace("|", "\\|"))
        .map(cell -> cell.isEmpty() ? "|" : "| " + cell + " ")
        .collect(Collectors.joining("", "", "|\n"));
  }
}
