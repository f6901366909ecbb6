package dev.slipway.driver;

/** Receives what a server reports about statements that do not fail. */
public interface NoticeHandler {
  /** A notice in the server's words, with its severity; it may have several lines. */
  void accept(String notice);

  /** So many more notices, of which the server has kept no text. */
  void more(long count);
}
