package dev.slipway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
  @Test
  void everyTimeIsWrittenWhetherItRepeatsTheOneBeforeOrNot() {
    Instant one = Instant.parse("2026-11-21T13:00:00.123456Z");
    Instant other = Instant.parse("2026-11-21T13:00:00Z");
    JsonWriter json = new JsonWriter();
    json.object()
        .time("a", Instant.EPOCH)
        .time("b", one)
        .time("c", one)
        .time("d", Optional.empty())
        .time("e", other)
        .time("f", Optional.of(one))
        .endObject();
    assertEquals(
        "{\"a\":\"1970-01-01T00:00:00Z\",\"b\":\"2026-11-21T13:00:00.123456Z\","
            + "\"c\":\"2026-11-21T13:00:00.123456Z\",\"e\":\"2026-11-21T13:00:00Z\","
            + "\"f\":\"2026-11-21T13:00:00.123456Z\"}",
        new String(json.end(), StandardCharsets.UTF_8));
  }
}
