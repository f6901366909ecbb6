package dev.slipway.testing;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The HTTP server's settings for a test: the defaults, on a free port of the loopback address. */
public final class HttpSettings {
  private HttpSettings() {}

  /** The defaults, but for what the test needs otherwise. */
  public static Settings.Http with(Map<Setting, String> different) {
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    flags.put(Setting.SERVE_ADMIN_HOST, "127.0.0.1");
    flags.put(Setting.SERVE_ADMIN_PORT, "0");
    flags.putAll(different);
    return Settings.load(flags, Map.of(), Optional.empty()).http();
  }

  /** The defaults. */
  public static Settings.Http defaults() {
    return with(Map.of());
  }
}
