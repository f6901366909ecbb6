package dev.slipway.cli;

import dev.slipway.config.Settings;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.CancellationToken;
import dev.slipway.verify.DriftCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * {@code slipway migrate sql verify}: words to one call of {@link DriftCheck}, and back to words.
 */
final class VerifyCommand extends BaseCommand {
  VerifyCommand(CommandContext context) {
    super(
        context,
        "verify",
        "Says whether a live database is what its migrations say: history,"
            + " checksums, and the schema that they make on a scratch database. Of the live one it only"
            + " reads.");
    argument(
        "DSN", "0..1", "The database; without it, DSN, DSN_FILE, DATABASE_* or the file say it.");
    databaseSource();
    scratchOptions();
    option(
        "FILE",
        "Compare with this file of `dump --format model`, without a scratch database.",
        "--expect");
    flag("Count what belongs to others as a difference too.", "--strict");
    flag("Do not compare the owners of objects.", "--no-owner");
    flag("Do not compare grants and default privileges.", "--no-privileges");
    formatOption();
    replaySettings();
    examples(
        "slipway migrate sql verify -e --path ./migrations",
        "slipway migrate sql verify -e --scratch postgres://test@localhost/empty --format json");
  }

  @Override
  ExitCode run() {
    Settings settings = settings(argument(0));
    DriftCheck.Options options =
        new DriftCheck.Options(
            scratch(),
            value("--expect").map(Path::of),
            has("--strict"),
            !has("--no-owner"),
            !has("--no-privileges"));
    CancellationToken stop = new CancellationToken(settings.migrate().timeout());
    DriftCheck.Result result =
        new DeadlineRunner(stop, context.signals().get())
            .run(
                () ->
                    DriftCheck.check(
                        writableDatabase(settings, false),
                        options,
                        settings.migrate(),
                        stop,
                        context.terminal()::log));
    if (context.document().requested()) {
      object(result, options).forEach(context.document()::put);
    } else {
      out().print(text(result, options));
    }
    if (!result.findings().isEmpty()) {
      result.uncompared().ifPresent(fault -> context.terminal().log(fault.getMessage()));
      return ExitCode.MIGRATION;
    }
    if (!result.unread().isEmpty()) {
      return ExitCode.MIGRATION;
    }
    if (result.uncompared().isPresent()) {
      SlipwayException fault = result.uncompared().get();
      throw SlipwayException.of(
              fault.exitCode(),
              "history and checksums are in order, but the schema was not"
                  + " compared\n"
                  + fault.getMessage())
          .hint(fault.hint().orElse("correct that, and run it again"))
          .cause(fault);
    }
    return ExitCode.DONE;
  }

  private static String text(DriftCheck.Result result, DriftCheck.Options options) {
    List<List<String>> rows = new ArrayList<>();
    result.tables().forEach((table, count) -> rows.add(List.of(table, words(count))));
    StringBuilder text = new StringBuilder(MigrationReports.table(List.of("Table", "Rows"), rows));
    text.append('\n')
        .append(result.applied())
        .append(" applied, ")
        .append(result.pending().size())
        .append(" pending\n");
    result.pending().forEach(label -> text.append("pending: ").append(label).append('\n'));
    notCompared(result, options)
        .forEach(object -> text.append("not compared: ").append(object).append('\n'));
    result.accepted().forEach(one -> text.append("accepted: ").append(one).append('\n'));
    result.unread().forEach(object -> text.append("not read: ").append(object).append('\n'));
    result
        .findings()
        .forEach(
            finding ->
                text.append(finding.kind()).append(": ").append(finding.what()).append('\n'));
    if (!result.compared() && result.uncompared().isEmpty()) {
      text.append("The schema was not compared, because history and files do not match.\n");
    }
    if (result.same()) {
      text.append("The database is as its migrations say.\n");
    }
    return text.toString();
  }

  private static List<String> notCompared(DriftCheck.Result result, DriftCheck.Options options) {
    List<String> all = new ArrayList<>();
    if (!options.owners()) {
      all.add("owners, because of --no-owner");
    }
    if (!options.privileges()) {
      all.add("grants and default privileges, because of --no-privileges");
    }
    all.addAll(result.outside());
    all.addAll(result.omitted());
    return all;
  }

  private static String words(OptionalLong count) {
    if (count.isEmpty()) {
      return "may not be read";
    }
    long rows = count.getAsLong();
    return DriftCheck.Result.more(rows) ? "more than " + (rows - 1) : String.valueOf(rows);
  }

  private static Map<String, Object> object(DriftCheck.Result result, DriftCheck.Options options) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("same", result.same());
    object.put("compared", result.compared());
    object.put("applied", result.applied());
    object.put("pending", result.pending());
    List<Map<String, String>> findings = new ArrayList<>();
    for (DriftCheck.Finding finding : result.findings()) {
      Map<String, String> one = new LinkedHashMap<>();
      one.put("kind", finding.kind());
      one.put("what", finding.what());
      finding.object().ifPresent(value -> one.put("object", value));
      finding.property().ifPresent(value -> one.put("property", value));
      finding.expected().ifPresent(value -> one.put("expected", value));
      finding.found().ifPresent(value -> one.put("found", value));
      findings.add(one);
    }
    object.put("findings", findings);
    List<Map<String, Object>> tables = new ArrayList<>();
    result
        .tables()
        .forEach(
            (table, count) -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("table", table);
              count.ifPresent(rows -> one.put("rows", rows));
              tables.add(one);
            });
    object.put("tables", tables);
    object.put("accepted", result.accepted());
    object.put("not_compared", notCompared(result, options));
    object.put("not_read", result.unread());
    return object;
  }
}
