package dev.slipway.migration;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Slipway's own migrations: a folder of its class path, or inside its jar. A thread that is
 * interrupted while it reads them, such as a health check that takes too long, does not disturb the
 * others. Safe for concurrent use.
 */
final class BundledMigrations {
  static final BundledMigrations OWN =
      new BundledMigrations(BundledMigrations.class.getResource("/migrations"));

  private final URL url;
  private @Nullable Path folder;

  BundledMigrations(URL url) {
    this.url = url;
  }

  /**
   * Always the same path: those of two file systems are never equal.
   *
   * @throws UncheckedIOException if the jar cannot be read, or the thread is interrupted; the next
   *     call tries again
   */
  synchronized Path folder() {
    if (folder != null) {
      return folder;
    }
    try {
      // The file system of the jar stays open: the folder is listed until the process ends.
      folder =
          url.openConnection() instanceof JarURLConnection inJar
              ? FileSystems.newFileSystem(Path.of(inJar.getJarFileURL().toURI()))
                  .getPath(inJar.getEntryName())
              : Path.of(url.toURI());
      return folder;
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens any migration file. One in a jar is not read through the jar's file system, which an
   * interrupt closes for all threads.
   */
  static InputStream open(Path file) throws IOException {
    return file.getFileSystem().equals(FileSystems.getDefault())
        ? Files.newInputStream(file)
        : file.toUri().toURL().openStream();
  }
}
