package dev.slipway.provision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.OwnServer;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Recording;
import dev.slipway.testing.Server;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command in docs/databases.md is run as it stands, in order and on one server, and prints
 * what the page shows; columns are as wide as the page likes.
 */
@Timeout(120)
class DatabasesDocTest {
  private static final Pattern EXCHANGE =
      Pattern.compile("(?m)^\\$ slipway (.*)\n((?:(?!\\$ |```).*\n)*)");

  @TempDir Path folder;

  @Test
  void everyCommandPrintsWhatThePageShows() throws IOException {
    String secret = Recording.secret();
    for (String each : List.of("kratos", "alkemio", "hydra", "mail", "synapse", "ro")) {
      Files.writeString(folder.resolve(each), secret + "\n");
    }
    try (OwnServer server = OwnServer.of(Server.Family.POSTGRES, folder)) {
      server.start();
      String address = server.dsn().replaceFirst(".*@([^/]+)/.*", "$1");
      Matcher exchange = EXCHANGE.matcher(Files.readString(Path.of("../docs/databases.md")));
      int count = 0;
      for (; exchange.find(); count++) {
        String[] words = Stream.of(exchange.group(1).split(" "))
            .map(word -> word.replace("/run/secrets", folder.toString()))
            .map(word -> word.replaceFirst("^(postgres://.*)@db:5432/(.*)$",
                "$1@" + address + "/$2?sslmode=disable"))
            .toArray(String[]::new);
        Ran ran = Slipway.bare().with("DSN", server.dsn()).with("LETTERS_PASSWORD", secret)
            .run(words);
        assertEquals(plain(exchange.group(2)),
            plain((ran.out() + ran.err()).replace(address, "db:5432")), exchange.group(1));
      }
      assertTrue(count > 10, "the page has exchanges");
    }
  }

  private static String plain(String text) {
    return text.lines().map(line -> line.strip().replaceAll("\\s+", " "))
        .filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
  }
}
