package dev.slipway.config;

/** Where a value comes from, strongest first. */
sealed interface SettingSource {
  /** As the middle of a sentence: {@code the flag --timeout}. */
  String describe();

  /** Its place in the order of precedence; the lowest wins. */
  int rank();

  record Flag(Setting setting) implements SettingSource {
    @Override
    public int rank() {
      return 0;
    }

    @Override
    public String describe() {
      return setting.flag().map(flag -> "the flag " + flag).orElse("the command line");
    }
  }

  record EnvironmentVariable(Setting setting) implements SettingSource {
    @Override
    public int rank() {
      return 1;
    }

    @Override
    public String describe() {
      return "the environment variable " + setting.variable();
    }
  }

  record FileKey(String file, Setting setting) implements SettingSource {
    @Override
    public int rank() {
      return 2;
    }

    @Override
    public String describe() {
      return "the key " + setting.key() + " in " + file;
    }
  }

  /** A line of an {@link EnvFile}. */
  record EnvFileLine(String place) implements SettingSource {
    @Override
    public int rank() {
      return 3;
    }

    @Override
    public String describe() {
      return place;
    }
  }

  record Default() implements SettingSource {
    @Override
    public int rank() {
      return 4;
    }

    @Override
    public String describe() {
      return "the default";
    }
  }
}
