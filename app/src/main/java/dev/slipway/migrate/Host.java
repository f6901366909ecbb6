package dev.slipway.migrate;

import java.util.Optional;

/** This machine's name as others know it: a container's is its pod. */
final class Host {
  private Host() {}

  static String name() {
    return Optional.ofNullable(System.getenv("HOSTNAME"))
        .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")))
        .filter(name -> !name.isBlank())
        .orElse("this machine");
  }
}
