package dev.slipway.provision;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.OwnServer;
import dev.slipway.testing.Page;
import dev.slipway.testing.Page.Exchange;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Recording;
import dev.slipway.testing.Server;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command in docs/databases.md is run as it stands, in order and on one server, and prints
 * what the page shows; columns are as wide as the page likes.
 */
@Timeout(120)
class DatabasesDocIT {
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
      List<Exchange> exchanges =
          Page.of("docs/databases.md").blocks().stream()
              .filter(block -> block.language().equals("console"))
              .flatMap(block -> block.exchanges().stream())
              .toList();
      for (Exchange exchange : exchanges) {
        String[] words =
            Stream.of(exchange.command().split(" "))
                .skip(1)
                .map(word -> word.replace("/run/secrets", folder.toString()))
                .map(
                    word ->
                        word.replaceFirst(
                            "^(postgres://.*)@db:5432/(.*)$",
                            "$1@" + address + "/$2?sslmode=disable"))
                .toArray(String[]::new);
        Ran ran =
            Slipway.bare().with("DSN", server.dsn()).with("LETTERS_PASSWORD", secret).run(words);
        Page.assertShown(
            exchange.output(),
            (ran.out() + ran.err()).replace(address, "db:5432"),
            exchange.command());
      }
      assertTrue(exchanges.size() > 10, "the page has exchanges");
    }
  }
}
