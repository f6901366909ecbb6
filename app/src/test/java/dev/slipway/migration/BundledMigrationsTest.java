package dev.slipway.migration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundledMigrationsTest {
  @TempDir private Path folder;

  @AfterEach
  void clearTheInterrupt() {
    Thread.interrupted();
  }

  @Test
  void anInterruptedReaderDisturbsNoOther() throws Exception {
    Path jar = folder.resolve("bundled.jar");
    try (var out = new ZipOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new ZipEntry("migrations/"));
      out.putNextEntry(new ZipEntry("migrations/1_a.up.sql"));
      out.write("SELECT 1;".getBytes(UTF_8));
    }
    var bundled = new BundledMigrations(URI.create("jar:" + jar.toUri() + "!/migrations").toURL());
    Thread.currentThread().interrupt();
    assertThrows(UncheckedIOException.class, bundled::folder);
    Thread.interrupted();
    List<Path> files;
    try (Stream<Path> listed = Files.list(bundled.folder())) {
      files = listed.toList();
    }

    Thread.currentThread().interrupt();
    assertEquals(List.of("SELECT 1;"), texts(files));
    Thread.interrupted();
    assertEquals(List.of("SELECT 1;"), texts(files));
  }

  private static List<String> texts(List<Path> files) {
    return files.stream()
        .map(
            file -> {
              try (InputStream in = BundledMigrations.open(file)) {
                return new String(in.readAllBytes(), UTF_8);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .toList();
  }
}
