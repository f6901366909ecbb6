package dev.slipway.e2e;

import java.util.Optional;

/** The steps of a run, in their order. Each has its own namespace and NodePort. */
enum Step implements Named {
  INSTALL(1, new Install()),
  UPGRADE(2, new Upgrade()),
  FAILED_UPGRADE(3, new FailedUpgrade()),
  ROLLBACK(4, new Rollback()),
  LOST_DATABASE(5, new LostDatabase()),
  RACE(6, new Race()),
  ROTATION(7, new Rotation()),
  GITOPS(8, new Gitops()),
  CONFINED(9, new Confined()),
  OWN_SERVICE(10, new OwnService()),
  NEIGHBORS(11, new Neighbors()),
  UNINSTALL(12, new Uninstall()),
  FAILED_START(13, new FailedStart()),
  EXTERNAL_SCALING(14, new ExternalScaling());

  /** What a step does. */
  @FunctionalInterface
  interface Scenario {
    void run(Context context) throws Exception;
  }

  private final int number;
  private final Scenario scenario;

  Step(int number, Scenario scenario) {
    this.number = number;
    this.scenario = scenario;
  }

  /** The position in a run, from 1. */
  int number() {
    return number;
  }

  /** The reason to skip the step on a database. */
  Optional<String> skipReason(Database database) {
    if (database.hasServer()) {
      return Optional.empty();
    }
    return switch (this) {
      case UPGRADE, FAILED_UPGRADE ->
          Optional.of("the only server ends before the next one starts");
      case LOST_DATABASE,
          RACE,
          ROTATION,
          GITOPS,
          OWN_SERVICE,
          NEIGHBORS,
          FAILED_START,
          EXTERNAL_SCALING ->
          Optional.of("the step needs a database server");
      case ROLLBACK ->
          database == Database.MEMORY
              ? Optional.of("no data outlives the server")
              : Optional.empty();
      case INSTALL, CONFINED, UNINSTALL -> Optional.empty();
    };
  }

  /** The NodePort of the step. */
  int port() {
    return Cluster.FIRST_PORT + number - 1;
  }

  /** Runs the step. */
  void run(Context context) throws Exception {
    scenario.run(context);
  }
}
