package dev.slipway.e2e;

import java.util.List;
import java.util.Optional;

/** The steps of a run. Each has its own namespace and NodePort. */
enum Step implements Named {
  LATE_NODE(Phase.BACKGROUND, new LateNode()),

  ROTATION(Phase.UNDER_LOAD, new Rotation()),
  EXTERNAL_SCALING(Phase.UNDER_LOAD, new ExternalScaling()),
  ROLLBACK(Phase.UNDER_LOAD, new Rollback()),
  DRAIN(Phase.UNDER_LOAD, new Drain()),
  LOST_DATABASE(Phase.UNDER_LOAD, new LostDatabase()),
  FAILED_UPGRADE(Phase.UNDER_LOAD, new FailedUpgrade()),
  UPGRADE(Phase.UNDER_LOAD, new Upgrade()),

  FAILED_START(Phase.OTHERS, new FailedStart()),
  INSTALL(Phase.OTHERS, new Install()),
  RACE(Phase.OTHERS, new Race()),
  GITOPS(Phase.OTHERS, new Gitops()),
  CONFINED(Phase.OTHERS, new Confined()),
  TLS(Phase.OTHERS, new Tls()),
  BACKUP(Phase.OTHERS, new Backup()),
  OWN_SERVICE(Phase.OTHERS, new OwnService()),
  OWN_SERVICE_ROLLBACK(Phase.OTHERS, new OwnServiceRollback()),
  AWAIT_SCHEMA(Phase.OTHERS, new AwaitSchema()),
  UMBRELLA(Phase.OTHERS, new Umbrella()),
  NEIGHBORS(Phase.OTHERS, new Neighbors()),
  KILLED_HELM(Phase.OTHERS, new KilledHelm()),
  UNINSTALL(Phase.OTHERS, new Uninstall());

  /** When a step runs. */
  enum Phase {
    /** It waits most of the time, so it runs next to all others. */
    BACKGROUND,
    /** No request may fail, so only few of these run at once. */
    UNDER_LOAD,
    OTHERS
  }

  /** What a step does. */
  @FunctionalInterface
  interface Scenario {
    void run(Context context) throws Exception;
  }

  /** The steps that both Helm versions run by default: where the two differ most. */
  static final List<Step> OF_BOTH_HELMS =
      List.of(EXTERNAL_SCALING, ROLLBACK, FAILED_UPGRADE, INSTALL);

  private final Phase phase;
  private final Scenario scenario;

  Step(Phase phase, Scenario scenario) {
    this.phase = phase;
    this.scenario = scenario;
  }

  /** When the step runs. */
  Phase phase() {
    return phase;
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
    return Cluster.FIRST_PORT + List.of(values()).indexOf(this);
  }

  /** Runs the step. */
  void run(Context context) throws Exception {
    scenario.run(context);
  }
}
