package dev.slipway.driver;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Certificates and private keys from PEM files, in every form that tools write: PKCS#8, also
 * encrypted, PKCS#1 for RSA, SEC1 for EC; RSA, EC and Ed25519.
 */
final class PemFiles {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  /** {@code SEQUENCE { OID rsaEncryption, NULL }}. */
  private static final byte[] RSA = hex("300d06092a864886f70d0101010500");

  private static final byte[] EC_OID = hex("06072a8648ce3d0201");
  private static final byte[] INTEGER_ZERO = hex("020100");

  private PemFiles() {}

  /** All certificates of a file, in its order. */
  static List<X509Certificate> certificates(Path file)
      throws GeneralSecurityException, IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Matcher block = BLOCK.matcher(read(file));
    while (block.find()) {
      if (block.group(1).endsWith("CERTIFICATE")) {
        for (Certificate each :
            factory.generateCertificates(new ByteArrayInputStream(bytes(block.group(2))))) {
          certificates.add((X509Certificate) each);
        }
      }
    }
    if (certificates.isEmpty()) {
      throw new CertificateException("no certificate in PEM form in " + file);
    }
    return certificates;
  }

  /** The first private key of a file. The password is used only for an encrypted one. */
  static PrivateKey privateKey(Path file, String password)
      throws GeneralSecurityException, IOException {
    byte[] content = Files.readAllBytes(file);
    if (content.length > 0 && content[0] == 0x30) {
      return pkcs8(content);
    }
    Matcher block = BLOCK.matcher(read(file));
    while (block.find()) {
      if (block.group(2).contains("Proc-Type")) {
        throw new InvalidKeyException(
            "the key in "
                + file
                + " is encrypted in the form before PKCS#8; rewrite it with"
                + " openssl pkcs8 -topk8");
      }
      switch (block.group(1)) {
        case "PRIVATE KEY" -> {
          return pkcs8(bytes(block.group(2)));
        }
        case "RSA PRIVATE KEY" -> {
          return pkcs8(wrap(RSA, bytes(block.group(2))));
        }
        case "EC PRIVATE KEY" -> {
          byte[] key = bytes(block.group(2));
          return pkcs8(wrap(sequence(EC_OID, curve(key)), key));
        }
        case "ENCRYPTED PRIVATE KEY" -> {
          return decrypt(file, bytes(block.group(2)), password);
        }
        default -> {
          // Parameters and certificates may stand in the same file.
        }
      }
    }
    throw new InvalidKeyException("no private key in PEM form in " + file);
  }

  private static String read(Path file) throws IOException {
    // What stands around the blocks may be in any encoding.
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String base64) {
    return Base64.getMimeDecoder().decode(base64);
  }

  private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
    for (String algorithm : List.of("RSA", "EC", "EdDSA", "RSASSA-PSS")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        // The next algorithm may know the key; the error below covers a key that none knows.
      }
    }
    throw new InvalidKeyException("the private key is not an RSA, EC, or Ed25519 key");
  }

  private static PrivateKey decrypt(Path file, byte[] der, String password)
      throws GeneralSecurityException, IOException {
    if (password.isEmpty()) {
      throw new InvalidKeyException("the key in " + file + " is encrypted: sslpassword is missing");
    }
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
    try {
      // For PBES2 the parameters name the real algorithm.
      String algorithm =
          info.getAlgName().equals("PBES2") || info.getAlgName().equals("1.2.840.113549.1.5.13")
              ? info.getAlgParameters().toString()
              : info.getAlgName();
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm)
              .generateSecret(new PBEKeySpec(password.toCharArray())),
          info.getAlgParameters());
      return pkcs8(info.getKeySpec(cipher).getEncoded());
    } catch (GeneralSecurityException e) {
      // Without the cause, which speaks of padding where the password is wrong.
      throw new InvalidKeyException("the key in " + file + " cannot be decrypted with sslpassword");
    }
  }

  /** PKCS#8 around a key of an older form. */
  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return sequence(INTEGER_ZERO, algorithm, element(0x04, key));
  }

  private static byte[] sequence(byte[]... parts) {
    return element(0x30, join(parts));
  }

  private static byte[] element(int tag, byte[] content) {
    byte[] length;
    if (content.length < 0x80) {
      length = new byte[] {(byte) content.length};
    } else if (content.length < 0x100) {
      length = new byte[] {(byte) 0x81, (byte) content.length};
    } else {
      length = new byte[] {(byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
    }
    return join(new byte[] {(byte) tag}, length, content);
  }

  private static byte[] join(byte[]... parts) {
    byte[] all = new byte[0];
    for (byte[] part : parts) {
      byte[] longer = java.util.Arrays.copyOf(all, all.length + part.length);
      System.arraycopy(part, 0, longer, all.length, part.length);
      all = longer;
    }
    return all;
  }

  /**
   * The curve's OID within {@code SEQUENCE { INTEGER 1, OCTET STRING key, [0] { OID curve }, … }}.
   */
  private static byte[] curve(byte[] der) throws InvalidKeyException {
    try {
      int at = content(der, 0);
      while (at < der.length) {
        int start = content(der, at);
        int end = start + length(der, at);
        if ((der[at] & 0xff) == 0xa0) {
          return java.util.Arrays.copyOfRange(der, start, end);
        }
        at = end;
      }
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new InvalidKeyException("the EC key is cut off", e);
    }
    throw new InvalidKeyException(
        "the EC key does not name its curve; rewrite it with openssl pkcs8 -topk8");
  }

  private static int content(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = length << 8 | (der[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static byte[] hex(String text) {
    return java.util.HexFormat.of().parseHex(text);
  }
}
