package dev.slipway.identity;

import dev.slipway.http.Problem;
import java.nio.ByteBuffer;
import java.util.Base64;

/** Numbers in a form that clients carry from one page to the next without reading it. */
final class OpaqueToken {
  private OpaqueToken() {}

  static String of(long... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES);
    bytes.asLongBuffer().put(numbers);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * What a client sent back.
   *
   * @throws Problem 400 when it does not hold so many numbers
   */
  static long[] numbers(String text, int count) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (bytes.length == count * Long.BYTES) {
        long[] numbers = new long[count];
        ByteBuffer.wrap(bytes).asLongBuffer().get(numbers);
        return numbers;
      }
    } catch (IllegalArgumentException e) {
      // Not ours, as one of another length.
    }
    throw invalid();
  }

  static Problem invalid() {
    return Problem.of(
        400, "page_token is not one of this list: take it from the Link header of a page");
  }
}
