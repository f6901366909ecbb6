package dev.slipway.driver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** An authority of a test's own and what it signs, made by the JDK's keytool. */
public final class Certificates {
  private static final String STORE_PASSWORD = "changeit";

  private final Path folder;

  /** A new authority in an empty folder. */
  public Certificates(Path folder) throws IOException {
    this.folder = folder;
    keytool(
        "-genkeypair",
        "-alias",
        "ca",
        "-dname",
        "CN=test authority",
        "-ext",
        "bc:c",
        "-keyalg",
        "RSA");
    keytool("-exportcert", "-rfc", "-alias", "ca", "-file", path("ca.pem").toString());
  }

  /** The authority's own certificate. */
  public Path authority() {
    return path("ca.pem");
  }

  /** Signs a certificate for a new key, into {@code <alias>.pem}. */
  public Path sign(String alias, String name, List<String> algorithm, String... extensions)
      throws IOException {
    List<String> pair =
        new java.util.ArrayList<>(
            List.of("-genkeypair", "-alias", alias, "-dname", "CN=" + name, "-keyalg"));
    pair.addAll(algorithm);
    keytool(pair.toArray(String[]::new));
    keytool("-certreq", "-alias", alias, "-file", path(alias + ".csr").toString());
    List<String> sign =
        new java.util.ArrayList<>(
            List.of(
                "-gencert",
                "-rfc",
                "-alias",
                "ca",
                "-infile",
                path(alias + ".csr").toString(),
                "-outfile",
                path(alias + ".pem").toString()));
    for (String extension : extensions) {
      sign.addAll(List.of("-ext", extension));
    }
    keytool(sign.toArray(String[]::new));
    return path(alias + ".pem");
  }

  PrivateKey key(String alias) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(path("store.p12"))) {
      store.load(in, STORE_PASSWORD.toCharArray());
    }
    Key key = store.getKey(alias, STORE_PASSWORD.toCharArray());
    return (PrivateKey) key;
  }

  /** The key of a certificate, in a PEM file. */
  public Path pkcs8(String alias) throws GeneralSecurityException, IOException {
    return pem(alias + ".pkcs8", "PRIVATE KEY", key(alias).getEncoded());
  }

  Path pkcs8Binary(String alias) throws GeneralSecurityException, IOException {
    return Files.write(path(alias + ".der"), key(alias).getEncoded());
  }

  /** {@code RSA PRIVATE KEY}: what PKCS#8 wraps. */
  Path pkcs1(String alias) throws GeneralSecurityException, IOException {
    byte[] pkcs8 = key(alias).getEncoded();
    // SEQUENCE (4 bytes), version (3), algorithm (15), OCTET STRING's own header (4)
    return pem(
        alias + ".pkcs1",
        "RSA PRIVATE KEY",
        Arrays.copyOfRange(pkcs8, 4 + 3 + 15 + 4, pkcs8.length));
  }

  /** {@code EC PRIVATE KEY} on the curve P-256, as openssl writes it: with the curve's name. */
  Path sec1(String alias) throws GeneralSecurityException, IOException {
    byte[] number = ((ECPrivateKey) key(alias)).getS().toByteArray();
    byte[] scalar = new byte[32];
    int length = Math.min(32, number.length);
    System.arraycopy(number, number.length - length, scalar, 32 - length, length);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(HexFormat.of().parseHex("0201010420"));
    content.write(scalar);
    content.write(HexFormat.of().parseHex("a00a06082a8648ce3d030107"));
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    der.write(0x30);
    der.write(content.size());
    der.write(content.toByteArray());
    return pem(alias + ".sec1", "EC PRIVATE KEY", der.toByteArray());
  }

  Path encrypted(String alias, String password) throws GeneralSecurityException, IOException {
    String algorithm = "PBEWithHmacSHA256AndAES_256";
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(
        Cipher.ENCRYPT_MODE,
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec(password.toCharArray())));
    byte[] encrypted = cipher.doFinal(key(alias).getEncoded());
    // The file names the scheme; which cipher and digest it is, is in the scheme's parameters.
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
    parameters.init(cipher.getParameters().getEncoded());
    return pem(
        alias + ".encrypted",
        "ENCRYPTED PRIVATE KEY",
        new EncryptedPrivateKeyInfo(parameters, encrypted).getEncoded());
  }

  private Path pem(String file, String type, byte[] der) throws IOException {
    return Files.writeString(
        path(file),
        "-----BEGIN "
            + type
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END "
            + type
            + "-----\n");
  }

  private Path path(String file) {
    return folder.resolve(file);
  }

  private void keytool(String... arguments) throws IOException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "-storetype",
            "PKCS12",
            "-keystore",
            path("store.p12").toString(),
            "-storepass",
            STORE_PASSWORD,
            "-validity",
            "30"));
    if (command.contains("-exportcert") || command.contains("-certreq")) {
      command.remove(command.size() - 1);
      command.remove(command.size() - 1);
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    try {
      if (process.waitFor() != 0) {
        throw new IOException(command + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
