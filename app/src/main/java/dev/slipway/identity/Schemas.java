package dev.slipway.identity;
/** Stub. */
public final class Schemas {
  IdentitySchema require(String id) { return new IdentitySchema(); }
  String defaultId() { return "default"; }
  /** Stub. */
  public static Schemas load(dev.slipway.config.Settings.Identity s) { return new Schemas(); }
}
