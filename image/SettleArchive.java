import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Makes a class-data archive that is the same in every build, and for the image's own paths, out of
 * two dumps, one made after the other: {@code java SettleArchive.java ONE TWO SETTLED}.
 *
 * <p>A JVM writes just one thing into it that differs from run to run: when each soft reference was
 * last used, in milliseconds of the machine's clock. Those times become 0, which is longer ago than
 * any clock says, and so do the checksums over them, which only {@code -XX:+VerifySharedSpaces}
 * reads. Whatever else differs stops the build.
 *
 * <p>A dump names the class path as it was given where it was made, {@code ./slipway/…}, and a JVM
 * looks there for each class that it takes from the archive: in the image this would be below the
 * working folder, and looking for what is not there took a tenth of the start. It becomes
 * {@code //slipway/…}, which is as long.
 */
final class SettleArchive {
  /** The file's header, with its checksums. */
  private static final int HEADER_BYTES = 4096;

  /** The file's own, and that of the region of Java objects. */
  private static final int CHECKSUMS = 2;

  private static final long LONGEST_BUILD_MILLIS = 3_600_000;

  private SettleArchive() {}

  static void main(String... files) throws IOException {
    ByteBuffer one = read(files[0]);
    ByteBuffer two = read(files[1]);
    if (one.capacity() != two.capacity()) {
      throw new IllegalStateException(
          "two dumps have " + one.capacity() + " and " + two.capacity() + " bytes");
    }
    int checksums = 0;
    for (int at = 0; at < HEADER_BYTES; at += Integer.BYTES) {
      if (one.getInt(at) != two.getInt(at)) {
        one.putInt(at, 0);
        checksums++;
      }
    }
    if (checksums > CHECKSUMS) {
      throw new IllegalStateException("two dumps differ in more than checksums in their header");
    }
    for (int at = HEADER_BYTES; at < one.capacity(); at += Long.BYTES) {
      if (one.getLong(at) != two.getLong(at)) {
        if (!isRecent(one.getLong(at)) || !isRecent(two.getLong(at))) {
          throw new IllegalStateException("two dumps differ in more than times, at byte " + at);
        }
        one.putLong(at, 0);
      }
    }
    makeAbsolute(one.array());
    Files.write(Path.of(files[2]), one.array());
  }

  private static void makeAbsolute(byte[] archive) {
    byte[] relative = "./slipway/".getBytes(StandardCharsets.US_ASCII);
    int places = 0;
    for (int at = HEADER_BYTES; at <= archive.length - relative.length; at++) {
      if (Arrays.equals(archive, at, at + relative.length, relative, 0, relative.length)) {
        archive[at] = '/';
        places++;
      }
    }
    if (places == 0) {
      throw new IllegalStateException("the class path is not in the archive");
    }
  }

  /** The JVM's own clock, as it counts for soft references. */
  private static boolean isRecent(long millis) {
    long now = System.nanoTime() / 1_000_000;
    return now - LONGEST_BUILD_MILLIS < millis && millis <= now;
  }

  private static ByteBuffer read(String file) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(Path.of(file))).order(ByteOrder.nativeOrder());
  }
}
