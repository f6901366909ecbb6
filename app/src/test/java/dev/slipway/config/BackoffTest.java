package dev.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void doublesUpToTheLimit() {
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(350));
    assertEquals(
        List.of(100L, 200L, 350L, 350L),
        Stream.generate(backoff::next).limit(4).map(Duration::toMillis).toList());
  }
}
