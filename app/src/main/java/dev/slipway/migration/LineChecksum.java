package dev.slipway.migration;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/** Flyway's checksum of a text: the CRC-32 of all lines in UTF-8, without their ends. */
final class LineChecksum {
  private LineChecksum() {}

  /** Reads a text to its end. */
  static int of(Reader text) {
    CRC32 checksum = new CRC32();
    try (Writer bytes =
        new OutputStreamWriter(
            new CheckedOutputStream(OutputStream.nullOutputStream(), checksum),
            StandardCharsets.UTF_8)) {
      char[] buffer = new char[1 << 13];
      for (int read = text.read(buffer); read >= 0; read = text.read(buffer)) {
        int start = 0;
        for (int i = 0; i < read; i++) {
          if (buffer[i] == '\n' || buffer[i] == '\r') {
            bytes.write(buffer, start, i - start);
            start = i + 1;
          }
        }
        bytes.write(buffer, start, read - start);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return (int) checksum.getValue();
  }
}
