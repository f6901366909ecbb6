package dev.slipway.driver;

import dev.slipway.config.NamedPipe;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS from PEM files that are read when a connection is made, so that renewed certificates count at
 * once, and kept in memory only, so that a read-only root file system will do.
 *
 * @param root certificates to trust: a file, {@code system} for those of the Java runtime, or empty
 * @param certificate our own, or empty
 * @param key its private key, or empty
 * @param password of an encrypted key, or empty
 */
public record ClientTlsConfig(String root, String certificate, String key, String password) {
  /** How much the server has to prove. */
  public enum TrustMode {
    /** Nothing: the connection is encrypted, but the server is not authenticated. */
    ANYONE,
    /** That a trusted authority signed its certificate. */
    AUTHORITY,
    /** That, and that the certificate is for the host's name, which the socket has to check. */
    AUTHORITY_AND_NAME
  }

  public SSLSocketFactory factory(TrustMode trust) throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys(), trusted(trust), null);
    return context.getSocketFactory();
  }

  private KeyManager[] keys() throws GeneralSecurityException, IOException {
    if (certificate.isEmpty() && key.isEmpty()) {
      return new KeyManager[0];
    }
    if (certificate.isEmpty() || key.isEmpty()) {
      throw new CertificateException("sslcert and sslkey belong together: one of them is missing");
    }
    Path keyFile = readable("sslkey", key);
    List<X509Certificate> chain = PemFiles.certificates(readable("sslcert", certificate));
    return new KeyManager[] {new ClientKeyManager(chain, PemFiles.privateKey(keyFile, password))};
  }

  private TrustManager[] trusted(TrustMode trust) throws GeneralSecurityException, IOException {
    if (trust == TrustMode.ANYONE) {
      return new TrustManager[] {new TrustAllManager()};
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    if (root.equals("system")) {
      factory.init((KeyStore) null);
    } else {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      List<X509Certificate> authorities = PemFiles.certificates(rootFile());
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("root" + i, authorities.get(i));
      }
      factory.init(store);
    }
    return factory.getTrustManagers();
  }

  private Path rootFile() throws CertificateException {
    if (!root.isEmpty()) {
      return readable("sslrootcert", root);
    }
    throw new CertificateException(
        "no certificate to check the server's against: add sslrootcert=/path/ca.pem, or"
            + " sslrootcert=system");
  }

  private static Path readable(String parameter, String file) throws CertificateException {
    Path path = Path.of(file);
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      throw new CertificateException(
          parameter
              + ": the file "
              + file
              + (Files.exists(path) ? " cannot be read" : " does not exist"));
    }
    if (NamedPipe.is(path)) {
      throw new CertificateException(parameter + ": " + file + " is not a regular file");
    }
    return path;
  }

  /**
   * One key, sent whenever a server asks for a certificate, as libpq does it: the JDK's own choice
   * would send none if the server's list of authorities does not name ours.
   */
  private static final class ClientKeyManager extends X509ExtendedKeyManager {
    private static final String ALIAS = "client";

    private final List<X509Certificate> chain;
    private final PrivateKey key;

    ClientKeyManager(List<X509Certificate> chain, PrivateKey key) {
      this.chain = chain;
      this.key = key;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return fits(types);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] types, Principal[] issuers, SSLEngine engine) {
      return fits(types);
    }

    private @Nullable String fits(String[] types) {
      String algorithm = chain.getFirst().getPublicKey().getAlgorithm();
      return List.of(types).contains(algorithm) ? ALIAS : null;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain.toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
      return null;
    }
  }

  /** For those who ask for encryption alone. */
  private static final class TrustAllManager extends X509ExtendedTrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("we are the client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Limits the versions of TLS; empty texts leave the JDK's own. */
  public static void limitVersions(SSLSocket socket, String min, String max) {
    List<String> versions = new ArrayList<>(List.of("TLSv1.2", "TLSv1.3"));
    Optional.of(min)
        .filter(each -> !each.isEmpty())
        .ifPresent(each -> versions.removeIf(version -> version.compareTo(each) < 0));
    Optional.of(max)
        .filter(each -> !each.isEmpty())
        .ifPresent(each -> versions.removeIf(version -> version.compareTo(each) > 0));
    socket.setEnabledProtocols(versions.toArray(String[]::new));
  }
}
