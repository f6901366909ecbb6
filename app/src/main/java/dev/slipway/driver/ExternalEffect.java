package dev.slipway.driver;

import java.nio.file.Path;

/**
 * A statement that reaches beyond the database that it runs in.
 *
 * @param file the migration file
 * @param line its line, from 1
 * @param statement its beginning, without any string
 * @param effect what it reaches, as a verb and its object
 */
public record ExternalEffect(Path file, int line, String statement, String effect) {
  /** For messages. */
  public String describe() {
    return file + ":" + line + ": `" + statement + "` " + effect;
  }
}
