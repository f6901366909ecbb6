package dev.slipway.provision;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A database as it should be.
 *
 * @param owner whose it is: who may do everything in it, migrate it too
 * @param writer who may read and write rows, in existing and future tables
 * @param reader who may read rows, in existing and future tables
 * @param encoding of its texts; empty for the server's own
 * @param collation by which its texts are ordered; empty for the server's own
 * @param extensions of PostgreSQL that it has
 */
public record DatabaseSpec(
    String name,
    Login owner,
    Optional<Login> writer,
    Optional<Login> reader,
    Optional<String> encoding,
    Optional<String> collation,
    List<String> extensions) {
  public DatabaseSpec {
    extensions = List.copyOf(extensions);
  }

  /** All who get rights in it, the owner first. */
  List<Login> logins() {
    return Stream.of(Stream.of(owner), writer.stream(), reader.stream())
        .flatMap(each -> each)
        .toList();
  }
}
