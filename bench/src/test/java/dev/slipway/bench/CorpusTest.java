package dev.slipway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  @TempDir Path folder;

  @Test
  void theFilesRunAndLeaveAsManyTablesAsCounted() throws Exception {
    int files = 215;
    Corpus.Folders folders = new Corpus(Corpus.Flavour.SQLITE).write(folder.resolve("c"), files);
    Place.Sqlite place = new Place.Sqlite(folder);
    Place.Target target = place.fresh();
    assertEquals(files, RawJdbc.up(target.url(), folders.ory()));
    assertEquals(0, RawJdbc.up(target.url(), folders.ory()));
    assertEquals(folders.liveOrders(), place.orders(target));
  }

  @Test
  void theSameFilesComeEachTimeAndTheFirstOnesDoNotDependOnTheirNumber() throws IOException {
    List<String> few = texts(Corpus.Flavour.POSTGRES, 130);
    assertEquals(130, few.size());
    assertEquals(few, texts(Corpus.Flavour.POSTGRES, 140).subList(0, 130));
  }

  @Test
  void nothingOfTheTemplateIsLeft() throws IOException {
    for (Corpus.Flavour flavour : Corpus.Flavour.values()) {
      for (String text : texts(flavour, 131)) {
        assertTrue(!text.contains("$") && !text.contains("%"), text);
      }
    }
  }

  private List<String> texts(Corpus.Flavour flavour, int files) throws IOException {
    Path ory = new Corpus(flavour).write(folder.resolve(flavour + "-" + files), files).ory();
    List<String> texts = new ArrayList<>();
    try (Stream<Path> found = Files.list(ory)) {
      for (Path file : found.sorted().toList()) {
        texts.add(Files.readString(file));
      }
    }
    return texts;
  }
}
