package dev.slipway.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What {@code make image} refuses before it has made anything. */
class ImageLayersTest {
  @Test
  void anotherJdkStopsTheBuildInWords() throws IOException, InterruptedException {
    Path script = Path.of("..", "scripts", "image-layers").toAbsolutePath().normalize();
    ProcessBuilder builder = new ProcessBuilder(script.toString(), "Vendor-0.0.1+1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    assertEquals(1, process.exitValue(), said);
    assertTrue(said.startsWith("image-layers: the image is made with JDK Vendor-0.0.1+1; "), said);
    assertTrue(said.contains("\nhint: set JAVA_HOME to Vendor-0.0.1+1, or "), said);
  }
}
