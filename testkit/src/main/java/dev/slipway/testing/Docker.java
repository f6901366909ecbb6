package dev.slipway.testing;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/** Docker's command line. */
public final class Docker {
  private static final Duration QUICK = Duration.ofSeconds(20);
  private static final Duration SLOW = Duration.ofMinutes(10);

  private Docker() {}

  /** One of its commands. */
  public static Command command(String... arguments) {
    return Command.of("docker").with(arguments);
  }

  /** Whether a daemon responds. */
  public static boolean responds() {
    try {
      return command("version").within(QUICK).run().succeeded();
    } catch (UncheckedIOException | AssertionError e) {
      // There is no client, or the daemon does not respond in time.
      return false;
    }
  }

  /** Whether the local daemon has this image. */
  public static boolean has(String image) {
    return command("image", "inspect", image).within(QUICK).run().succeeded();
  }

  /** Pulls the image if the local daemon does not have it; its name. */
  public static String pulled(String image) {
    if (!has(image)) {
      command("pull", "--quiet", image).within(SLOW).output();
    }
    return image;
  }

  /** Builds an image from the Dockerfile of a folder. */
  public static void build(String tag, Path folder) {
    command("build", "--quiet", "--tag", tag, folder.toString()).within(SLOW).output();
  }

  /** The address on this host that leads to a port of a container. */
  public static InetSocketAddress publishedPort(String container, int port) {
    return address(command("port", container, port + "/tcp").output());
  }

  /** An address as Docker prints it, such as {@code 127.0.0.1:49153}. */
  public static InetSocketAddress address(String text) {
    String address = text.strip();
    int colon = address.lastIndexOf(':');
    return new InetSocketAddress(
        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
  }
}
