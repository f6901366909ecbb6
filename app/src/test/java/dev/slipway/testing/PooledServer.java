package dev.slipway.testing;

import java.util.Optional;

/** Another server's databases, by way of a PgBouncer that lives as long as this process. */
record PooledServer(Server server, RunningServer behind, PgBouncer pooler)
    implements RunningServer {
  @SuppressWarnings("resource") // it lives until the process ends
  static PooledServer start(Server server, String mode, RunningServer behind) {
    PgBouncer pooler;
    try (TestDatabase any = behind.database(Server.freshName())) {
      pooler = PgBouncer.ofServer(any.dsn());
    }
    // In session mode, each client has a session of the server to itself.
    pooler.start(
        mode,
        "default_pool_size = " + (mode.equals("session") ? 40 : 4),
        "server_idle_timeout = 5");
    Runtime.getRuntime().addShutdownHook(new Thread(pooler::close));
    return new PooledServer(server, behind, pooler);
  }

  @Override
  public TestDatabase database(String name) {
    return behind.database(name).through(server, pooler.port());
  }

  @Override
  public Optional<String> dump() {
    return behind.dump();
  }

  @Override
  public Optional<String> schemaDump(TestDatabase database) {
    return behind.schemaDump(database);
  }
}
