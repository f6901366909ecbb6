package dev.slipway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A made history of migrations in the shapes that real ones have: tables created, columns added,
 * indexes, seed rows, backfills, several statements in one file, and old tables dropped, so that
 * the ten thousandth file meets a schema no larger than the hundredth did. The same number of files
 * gives the same texts at any time and place.
 */
final class Corpus {
  /** What the databases call things. */
  enum Flavour {
    POSTGRES("uuid", "timestamptz", "jsonb", "numeric(12, 2)", "DROP INDEX %s"),
    MYSQL("char(36)", "datetime(6)", "json", "decimal(12, 2)", "DROP INDEX %s ON %s"),
    SQLITE("text", "text", "text", "numeric", "DROP INDEX %s");

    private final String uuid;
    private final String time;
    private final String json;
    private final String money;
    private final String dropIndex;

    Flavour(String uuid, String time, String json, String money, String dropIndex) {
      this.uuid = uuid;
      this.time = time;
      this.json = json;
      this.money = money;
      this.dropIndex = dropIndex;
    }
  }

  /** So many files make one round of shapes; tables live for {@link #LIFE} rounds. */
  private static final int SHAPES = 10;

  private static final int LIFE = 12;

  private final Flavour flavour;

  Corpus(Flavour flavour) {
    this.flavour = flavour;
  }

  /**
   * The files on the disk, named as Ory names them for Slipway and raw JDBC, and as Flyway does;
   * and how many tables of the first shape are there once they have run.
   */
  record Folders(Path ory, Path flyway, int liveOrders) {}

  /** Writes the files into two new folders inside a new one. */
  Folders write(Path folder, int files) throws IOException {
    Path ory = Files.createDirectories(folder.resolve("ory"));
    Path flyway = Files.createDirectories(folder.resolve("flyway"));
    for (int number = 0; number < files; number++) {
      String version = "2020%010d".formatted(number + 101L);
      String name = shape(number).name().toLowerCase(Locale.ROOT);
      String text = text(number);
      Files.writeString(ory.resolve(version + "_" + name + ".up.sql"), text);
      Files.writeString(flyway.resolve("V" + version + "__" + name + ".sql"), text);
    }
    int created = (files + SHAPES - 1) / SHAPES;
    return new Folders(ory, flyway, created - Math.max(0, files / SHAPES - LIFE));
  }

  private enum Shape {
    CREATE_ORDERS,
    ADD_NOTE,
    INDEX_CREATED,
    SEED_ORDERS,
    ADD_CENTS,
    CREATE_ITEMS,
    ADD_QUANTITY,
    BACKFILL_ITEMS,
    REINDEX,
    CREATE_LOG
  }

  private static Shape shape(int number) {
    return Shape.values()[number % SHAPES];
  }

  private String text(int number) {
    int round = number / SHAPES;
    String sql =
        switch (shape(number)) {
          case CREATE_ORDERS ->
              """
              CREATE TABLE orders_$r (
                id $uuid NOT NULL PRIMARY KEY,
                account_id $uuid NOT NULL,
                state varchar(16) NOT NULL DEFAULT 'open',
                payload $json NOT NULL,
                total $money NOT NULL,
                created_at $time NOT NULL,
                updated_at $time NOT NULL
              );

              CREATE INDEX orders_$r_account_idx ON orders_$r (account_id);
              """;
          case ADD_NOTE ->
              """
              -- Empty until a client sets it; the previous release does not know it.
              ALTER TABLE orders_$r ADD COLUMN note varchar(255);
              """;
          case INDEX_CREATED ->
              """
              CREATE INDEX orders_$r_created_idx ON orders_$r (created_at, id);
              """;
          case SEED_ORDERS ->
              """
              INSERT INTO orders_$r (id, account_id, payload, total, created_at, updated_at)
              VALUES
                ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-00000000000a',
                 '{"lines": [1, 2]}', 12.50, '2020-01-01 00:00:00', '2020-01-01 00:00:00'),
                ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-00000000000a',
                 '{"lines": []}', 0.99, '2020-01-02 00:00:00', '2020-01-02 00:00:00'),
                ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-00000000000b',
                 '{"lines": [3]}', 7.00, '2020-01-03 00:00:00', '2020-01-03 00:00:00');
              """;
          case ADD_CENTS ->
              """
              ALTER TABLE orders_$r ADD COLUMN total_cents bigint;

              UPDATE orders_$r
              SET total_cents = total * 100
              WHERE total_cents IS NULL;

              CREATE INDEX orders_$r_cents_idx ON orders_$r (total_cents);
              """;
          case CREATE_ITEMS ->
              """
              CREATE TABLE items_$r (
                id $uuid NOT NULL PRIMARY KEY,
                order_id $uuid NOT NULL,
                sku varchar(64) NOT NULL,
                details $json,
                created_at $time NOT NULL,
                CONSTRAINT items_$r_order_fkey
                  FOREIGN KEY (order_id) REFERENCES orders_$r (id) ON DELETE CASCADE
              );

              CREATE INDEX items_$r_order_idx ON items_$r (order_id);
              CREATE INDEX items_$r_sku_idx ON items_$r (sku);
              """;
          case ADD_QUANTITY ->
              """
              ALTER TABLE items_$r ADD COLUMN quantity integer NOT NULL DEFAULT 1;
              """;
          case BACKFILL_ITEMS ->
              """
              /* One item for each order; the text holds what ends a statement elsewhere. */
              INSERT INTO items_$r (id, order_id, sku, details, created_at)
              SELECT id, id, 'it''s; done', NULL, created_at
              FROM orders_$r;

              UPDATE items_$r
              SET quantity = 2
              WHERE sku = 'it''s; done';
              """;
          case REINDEX ->
              """
              $dropIndex;

              CREATE UNIQUE INDEX orders_$r_account_key ON orders_$r (account_id, created_at);
              """;
          case CREATE_LOG ->
              """
              CREATE TABLE log_$r (
                id bigint NOT NULL PRIMARY KEY,
                subject varchar(128) NOT NULL,
                message varchar(1024) NOT NULL,
                written_at $time NOT NULL
              );

              INSERT INTO log_$r (id, subject, message, written_at)
              VALUES (1, 'orders_$r', 'created; filled', '2020-01-04 00:00:00');
              """
                  + (round < LIFE
                      ? ""
                      : """

                      DROP TABLE items_$o;
                      DROP TABLE orders_$o;
                      DROP TABLE log_$o;
                      """);
        };
    String index = "orders_$r_created_idx";
    return sql.replace("$dropIndex", flavour.dropIndex.formatted(index, "orders_$r"))
        .replace("$uuid", flavour.uuid)
        .replace("$time", flavour.time)
        .replace("$json", flavour.json)
        .replace("$money", flavour.money)
        .replace("$r", "%04d".formatted(round))
        .replace("$o", "%04d".formatted(round - LIFE));
  }
}
