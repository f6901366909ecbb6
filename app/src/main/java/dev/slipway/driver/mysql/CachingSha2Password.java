package dev.slipway.driver.mysql;

import dev.slipway.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * What MySQL keeps of a password for its plugin caching_sha2_password: Drepper's SHA-crypt with
 * SHA-256, 5000 rounds, and a salt of 20 bytes. Sent in place of the password, which then is
 * neither on the wire nor in a log of statements.
 */
final class CachingSha2Password {
  private static final int ROUNDS = 5000;
  private static final int SALT_BYTES = 20;
  private static final int DIGEST_BYTES = 32;
  private static final String DIGITS =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private CachingSha2Password() {}

  /** With a new salt; in the digits of SHA-crypt and {@code $}, so that it needs no quoting. */
  static String of(Secret password) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    for (int i = 0; i < salt.length; i++) {
      salt[i] = (byte) DIGITS.charAt(salt[i] & 63);
    }
    byte[] key = password.reveal().getBytes(StandardCharsets.UTF_8);
    // The third field is the number of rounds in thousands, in hexadecimal.
    return "$A$005$" + new String(salt, StandardCharsets.US_ASCII) + text(digest(key, salt));
  }

  private static byte[] digest(byte[] key, byte[] salt) {
    MessageDigest sha = sha256();
    sha.update(key);
    sha.update(salt);
    sha.update(key);
    byte[] other = sha.digest();

    sha.update(key);
    sha.update(salt);
    sha.update(repeated(other, key.length));
    for (int bits = key.length; bits > 0; bits >>= 1) {
      sha.update((bits & 1) == 1 ? other : key);
    }
    byte[] digest = sha.digest();

    for (int i = 0; i < key.length; i++) {
      sha.update(key);
    }
    byte[] keys = repeated(sha.digest(), key.length);
    for (int i = 0; i < 16 + (digest[0] & 0xff); i++) {
      sha.update(salt);
    }
    byte[] salts = repeated(sha.digest(), salt.length);

    for (int round = 0; round < ROUNDS; round++) {
      boolean odd = round % 2 == 1;
      sha.update(odd ? keys : digest);
      if (round % 3 != 0) {
        sha.update(salts);
      }
      if (round % 7 != 0) {
        sha.update(keys);
      }
      sha.update(odd ? digest : keys);
      digest = sha.digest();
    }
    return digest;
  }

  private static byte[] repeated(byte[] digest, int length) {
    byte[] all = new byte[length];
    for (int i = 0; i < length; i += DIGEST_BYTES) {
      System.arraycopy(digest, 0, all, i, Math.min(DIGEST_BYTES, length - i));
    }
    return all;
  }

  /** SHA-crypt's base 64, three bytes of a shuffled digest at a time, the low bits first. */
  private static String text(byte[] digest) {
    StringBuilder text = new StringBuilder();
    int first = 0;
    int second = 10;
    int third = 20;
    for (int group = 0; group < 10; group++) {
      digits(
          text,
          (digest[first] << 16 & 0xff0000)
              | (digest[second] << 8 & 0xff00)
              | (digest[third] & 0xff),
          4);
      int next = third + 1;
      third = second + 1;
      second = first + 1;
      first = next;
    }
    digits(text, (digest[31] << 8 & 0xff00) | (digest[30] & 0xff), 3);
    return text.toString();
  }

  private static void digits(StringBuilder text, int bits, int count) {
    for (int i = 0; i < count; i++) {
      text.append(DIGITS.charAt(bits >> (6 * i) & 63));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
