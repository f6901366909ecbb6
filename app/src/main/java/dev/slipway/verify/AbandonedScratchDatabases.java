package dev.slipway.verify;

import dev.slipway.driver.ScratchServer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Scratch files whose run was killed. A run holds a lock that ends with its process. */
final class AbandonedScratchDatabases {
  private static final String LOCK_FILE = "lock";

  private AbandonedScratchDatabases() {}

  /** A name for a new scratch database. */
  static String newName() {
    return ScratchServer.PREFIX
        + String.format("%08x%08x", Instant.now().getEpochSecond(), new SecureRandom().nextInt());
  }

  /** A new folder for a scratch file, and its lock, which is open until it is closed. */
  record LockedFolder(Path path, FileChannel lock) {}

  /** Creates a folder that other runs take for a leftover as soon as this process has ended. */
  static LockedFolder newFolder() throws IOException {
    Path folder = Files.createTempDirectory(ScratchServer.PREFIX);
    // Only what is called so is looked at, and then it is locked already.
    Path file = folder.resolve(LOCK_FILE + ".new");
    FileChannel lock =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    lock.tryLock();
    Files.move(file, folder.resolve(LOCK_FILE));
    return new LockedFolder(folder, lock);
  }

  /** Deletes the folders of runs that have ended, and names them. */
  static List<Path> deleteFolders() {
    List<Path> deleted = new ArrayList<>();
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(temporary, ScratchServer.PREFIX + "*")) {
      for (Path folder : folders) {
        if (ended(folder.resolve(LOCK_FILE))) {
          delete(folder);
          deleted.add(folder);
        }
      }
    } catch (IOException e) {
      // Another run may delete the same folder, or it is another user's: neither matters here.
      System.getLogger(AbandonedScratchDatabases.class.getName())
          .log(System.Logger.Level.DEBUG, "delete", e);
    }
    return deleted;
  }

  private static boolean ended(Path lock) {
    if (!Files.isRegularFile(lock) || !Files.isWritable(lock)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      return channel.tryLock() != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  /** Deletes a folder and all in it. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** The lock of a SQLite file that was given; empty while another run holds it. */
  static Optional<FileChannel> lockFile(Path database) throws IOException {
    Path file = database.resolveSibling(database.getFileName() + ".slipway-scratch-lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return Optional.of(channel);
      }
    } catch (OverlappingFileLockException e) {
      // Another thread of this process holds it.
    }
    channel.close();
    return Optional.empty();
  }
}
