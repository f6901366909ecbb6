package dev.slipway.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The image as a file, as {@code make image-tar} leaves it, and what it weighs. */
final class ImageFiles {
  /** What a layer is known by; what has none of these is the base's. */
  private static final Map<String, String> LAYERS =
      Map.of(
          "slipway/runtime/bin/java", "runtime",
          "slipway/lib/", "libraries",
          "slipway/slipway.jsa", "class-data archive",
          "slipway/slipway.jar", "application");

  /**
   * Bytes of one layer or library.
   *
   * @param compressed as a registry sends it
   */
  record Weight(String name, long compressed, long raw) {}

  private final Path tar;
  private final Path work;

  /** {@code work} is an empty folder. */
  ImageFiles(Path tar, Path work) {
    this.tar = tar;
    this.work = work;
  }

  /** The layers from the lowest on; the base's are one. */
  List<Weight> layers() throws IOException {
    say(
        "tar",
        "--extract",
        "--warning=no-unknown-keyword",
        "--file",
        tar.toString(),
        "--directory",
        work.toString());
    JsonNode manifest =
        JsonMapper.shared().readTree(Files.readAllBytes(work.resolve("manifest.json"))).get(0);
    List<Weight> layers = new ArrayList<>();
    Weight base = new Weight("base", 0, 0);
    for (JsonNode each : manifest.get("Layers")) {
      Path file = work.resolve(each.asString());
      String name = name(file);
      Weight layer = new Weight(name, Files.size(file), rawSize(file));
      if (name.equals(base.name())) {
        base = new Weight(name, base.compressed() + layer.compressed(), base.raw() + layer.raw());
      } else {
        layers.add(layer);
      }
    }
    layers.addFirst(base);
    return layers;
  }

  private static String name(Path layer) throws IOException {
    String files =
        say("tar", "--list", "--gzip", "--warning=no-unknown-keyword", "--file", layer.toString());
    return LAYERS.entrySet().stream()
        .filter(each -> files.contains(each.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("base");
  }

  private static long rawSize(Path gzipped) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(gzipped))) {
      return in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** What each library of a folder weighs, compressed for itself; the heaviest first. */
  static List<Weight> libraries(Path folder) throws IOException {
    List<Weight> weights = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Path gzipped = Files.createTempFile("library", ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzipped))) {
          Files.copy(file, out);
        }
        weights.add(
            new Weight(file.getFileName().toString(), Files.size(gzipped), Files.size(file)));
        Files.delete(gzipped);
      }
    }
    weights.sort(Comparator.comparingLong(Weight::compressed).reversed());
    return weights;
  }

  private static String say(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("failed: " + String.join(" ", command));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return said;
  }
}
