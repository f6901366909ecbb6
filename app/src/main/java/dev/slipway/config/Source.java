package dev.slipway.config;

/** Where a value comes from, strongest first. */
sealed interface Source {
  /** As the middle of a sentence: {@code the flag --timeout}. */
  String words();

  /** Its place in the order of precedence; the lowest wins. */
  int rank();

  record Flag(Setting setting) implements Source {
    @Override
    public int rank() {
      return 0;
    }

    @Override
    public String words() {
      return setting.flag().map(flag -> "the flag " + flag).orElse("the command line");
    }
  }

  record Variable(Setting setting) implements Source {
    @Override
    public int rank() {
      return 1;
    }

    @Override
    public String words() {
      return "the environment variable " + setting.variable();
    }
  }

  record FileKey(String file, Setting setting) implements Source {
    @Override
    public int rank() {
      return 2;
    }

    @Override
    public String words() {
      return "the key " + setting.key() + " in " + file;
    }
  }

  record Default() implements Source {
    @Override
    public int rank() {
      return 3;
    }

    @Override
    public String words() {
      return "the default";
    }
  }
}
