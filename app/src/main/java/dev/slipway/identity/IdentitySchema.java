package dev.slipway.identity;
import java.util.*;
final class IdentitySchema {
  String id() { return "default"; }
  Marks check(Object traits) { String m = String.valueOf(((Map<?,?>) traits).get("email")); var a = List.of(new Marks.Address("email", m)); return new Marks(Map.of("password", List.of(m)), a, a); }
  static boolean marksIdentifiersOf(String type) { return !Set.of("oidc","saml").contains(type); }
}
