package dev.slipway.e2e;

import java.util.List;
import java.util.Optional;

/**
 * The steps of a run, in the order in which they start. Each has its own namespace and NodePort.
 */
enum Step implements Named {
  // These wait most of the time.
  LATE_NODE(new LateNode()),
  FAILED_START(new FailedStart()),
  INSTALL(new Install()),
  UPGRADE(new Upgrade()),
  FAILED_UPGRADE(new FailedUpgrade()),
  ROLLBACK(new Rollback()),
  DRAIN(new Drain()),
  EXTERNAL_SCALING(new ExternalScaling()),
  LOST_DATABASE(new LostDatabase()),
  RACE(new Race()),
  ROTATION(new Rotation()),
  GITOPS(new Gitops()),
  CONFINED(new Confined()),
  TLS(new Tls()),
  BACKUP(new Backup()),
  OWN_SERVICE(new OwnService()),
  OWN_SERVICE_ROLLBACK(new OwnServiceRollback()),
  AWAIT_SCHEMA(new AwaitSchema()),
  UMBRELLA(new Umbrella()),
  NEIGHBORS(new Neighbors()),
  KILLED_HELM(new KilledHelm()),
  UNINSTALL(new Uninstall());

  /** What a step does. */
  @FunctionalInterface
  interface Scenario {
    void run(Context context) throws Exception;
  }

  /** The steps that both Helm versions run by default: where the two differ most. */
  static final List<Step> OF_BOTH_HELMS =
      List.of(INSTALL, FAILED_UPGRADE, ROLLBACK, EXTERNAL_SCALING, KILLED_HELM);

  private final Scenario scenario;

  Step(Scenario scenario) {
    this.scenario = scenario;
  }

  /** The reason to skip the step on a database. */
  Optional<String> skipReason(Database database) {
    return switch (this) {
      case INSTALL, CONFINED, UNINSTALL -> Optional.empty();
      case UPGRADE, FAILED_UPGRADE ->
          unless(database.hasServer(), "the only server ends before the next one starts");
      case ROLLBACK -> unless(database != Database.MEMORY, "no data outlives the server");
      case TLS, BACKUP, AWAIT_SCHEMA ->
          unless(database == Database.POSTGRES, "the step needs PostgreSQL");
      case LATE_NODE,
          FAILED_START,
          DRAIN,
          EXTERNAL_SCALING,
          LOST_DATABASE,
          RACE,
          ROTATION,
          GITOPS,
          OWN_SERVICE,
          OWN_SERVICE_ROLLBACK,
          UMBRELLA,
          NEIGHBORS,
          KILLED_HELM ->
          unless(database.hasServer(), "the step needs a database server");
    };
  }

  private static Optional<String> unless(boolean possible, String reason) {
    return possible ? Optional.empty() : Optional.of(reason);
  }

  /** The NodePort of the step. */
  int port() {
    return Cluster.FIRST_PORT + ordinal();
  }

  /** Runs the step. */
  void run(Context context) throws Exception {
    scenario.run(context);
  }
}
