package dev.slipway.identity;
import java.util.*;
record Marks(Map<String, List<String>> identifiers, List<Address> verifiable, List<Address> recovery) {
  record Address(String via, String value) {}
  static String normalized(String s) { return s.strip().toLowerCase(Locale.ROOT); }
}
