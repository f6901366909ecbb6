package dev.slipway.migration;

import java.util.Optional;

/** This machine's name as others know it: a container's is its pod. */
final class Hostname {
  private Hostname() {}

  static String get() {
    return Optional.ofNullable(System.getenv("HOSTNAME"))
        .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")))
        .filter(name -> !name.isBlank())
        .orElse("this machine");
  }
}
