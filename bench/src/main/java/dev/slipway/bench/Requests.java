package dev.slipway.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests as ready bytes, taken in turn: those of a file that has one on each line, {@code GET
 * /path} or {@code POST /path BODY}. In a body, {@link #UNIQUE} becomes a number that no other
 * request of the process has. For one thread.
 */
final class Requests {
  /** Where the number goes; as long as the number. */
  static final String UNIQUE = "{twelve-dig}";

  private final List<ByteBuffer> ready;
  private final int[] uniqueAt;
  private final Numbers numbers;
  private int next;

  private Requests(List<ByteBuffer> ready, int[] uniqueAt, Numbers numbers) {
    this.ready = ready;
    this.uniqueAt = uniqueAt;
    this.numbers = numbers;
  }

  /** The numbers given so far, over all files. */
  static final class Numbers {
    private long last;

    private byte[] next() {
      return String.format("%0" + UNIQUE.length() + "d", ++last)
          .getBytes(StandardCharsets.US_ASCII);
    }
  }

  static Requests read(Path file, Numbers numbers) throws IOException {
    List<ByteBuffer> ready = new ArrayList<>();
    List<Integer> uniqueAt = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String text = text(line.split(" ", 3));
      uniqueAt.add(text.indexOf(UNIQUE));
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      ready.add(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }
    return new Requests(ready, uniqueAt.stream().mapToInt(at -> at).toArray(), numbers);
  }

  private static String text(String[] words) {
    String body = words.length > 2 ? words[2] : "";
    String about =
        body.isEmpty()
            ? ""
            : "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n";
    return words[0] + " " + words[1] + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + about + "\r\n" + body;
  }

  /** The bytes of the next request, to be sent before the next one is asked for. */
  ByteBuffer next() {
    int index = next;
    next = (next + 1) % ready.size();
    ByteBuffer bytes = ready.get(index).rewind();
    if (uniqueAt[index] >= 0) {
      bytes.put(uniqueAt[index], numbers.next());
    }
    return bytes;
  }
}
