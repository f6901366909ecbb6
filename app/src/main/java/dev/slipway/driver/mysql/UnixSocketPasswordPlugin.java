package dev.slipway.driver.mysql;

import com.mysql.cj.protocol.a.NativePacketPayload;
import com.mysql.cj.protocol.a.authentication.CachingSha2PasswordPlugin;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;

/**
 * The default way to log in to MySQL, corrected for unix sockets: the server holds them for safe
 * and wants the password itself, where the driver, which only holds TLS for safe, asks for a public
 * key. The server takes that question for the password, and refuses it. Public only because the
 * driver makes it by its name.
 */
public final class UnixSocketPasswordPlugin extends CachingSha2PasswordPlugin {
  /** The server does not know this password yet, and wants to see it. */
  private static final byte FULL_AUTHENTICATION = 4;

  /** Made by the driver for each connection. */
  public UnixSocketPasswordPlugin() {}

  @Override
  public boolean nextAuthenticationStep(
      NativePacketPayload fromServer, List<NativePacketPayload> toServer) {
    int position = fromServer.getPosition();
    boolean asked =
        fromServer.getPayloadLength() - position == 1
            && fromServer.getByteBuffer()[position] == FULL_AUTHENTICATION;
    if (!asked || password == null || password.isEmpty()) {
      return super.nextAuthenticationStep(fromServer, toServer);
    }
    String charset =
        protocol.getServerSession().getCharsetSettings().getPasswordCharacterEncoding();
    byte[] clear = password.getBytes(Charset.forName(charset));
    toServer.clear();
    // It ends with a zero byte.
    toServer.add(new NativePacketPayload(Arrays.copyOf(clear, clear.length + 1)));
    return true;
  }
}
