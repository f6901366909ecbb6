package dev.slipway.driver.sqlite;

import dev.slipway.driver.MigrationLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A lock of the operating system on a file next to the database. A database in memory needs none:
 * it has one connection.
 */
final class SqliteFileLock implements MigrationLock {
  private final Optional<Path> path;
  private final String holderName;
  private @Nullable FileChannel file;

  /**
   * @param database the database file; empty for a database in memory
   * @param holderName this host's name, for other migrators
   */
  SqliteFileLock(Optional<Path> database, String holderName) {
    this.path = database.map(each -> each.resolveSibling(each.getFileName() + ".slipway-lock"));
    this.holderName = holderName;
  }

  @Override
  public boolean tryAcquire() throws IOException {
    if (path.isEmpty()) {
      return true;
    }
    FileChannel channel =
        FileChannel.open(path.get(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isLocked(channel)) {
      channel.close();
      return false;
    }
    // It stays open, and is opened nowhere else in this process: to close any channel of a file
    // gives up the process's locks on it. For the same reason the file is never removed.
    file = channel;
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap(
            ("process " + ProcessHandle.current().pid() + " on " + holderName)
                .getBytes(StandardCharsets.UTF_8)));
    return true;
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Another thread of this process holds it: the same as another process.
      return false;
    }
  }

  @Override
  public Optional<String> holder() {
    try {
      String text = Files.readString(path.orElseThrow());
      return Optional.of(text.startsWith("process ") ? text : "a process that has just begun");
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public String guard() {
    return "";
  }

  @Override
  public boolean isLost(SQLException e) {
    return false;
  }

  @Override
  public void release() throws IOException {
    if (file != null) {
      file.truncate(0);
      file.close();
    }
  }
}
