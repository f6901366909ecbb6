package dev.slipway.driver;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A database to create, with its logins and their rights.
 *
 * @param owner the login with all rights, which also migrates the database
 * @param writer the login that reads and writes rows, in existing and future tables
 * @param reader the login that reads rows, in existing and future tables
 * @param encoding the character encoding; empty for the server's default
 * @param collation the collation; empty for the server's default
 * @param extensions extensions of PostgreSQL to install
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

  /** All logins, the owner first. */
  public List<Login> logins() {
    return Stream.of(Stream.of(owner), writer.stream(), reader.stream())
        .flatMap(each -> each)
        .toList();
  }
}
