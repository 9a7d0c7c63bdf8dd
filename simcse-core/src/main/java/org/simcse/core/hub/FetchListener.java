package org.simcse.core.hub;

/** Learns of the progress of a fetch, on the thread that fetches. */
public interface FetchListener {
  /** A listener that does nothing. */
  FetchListener SILENT =
      new FetchListener() {
        @Override
        public void begins(String source, long bytes) {}

        @Override
        public void received(long bytes) {}

        @Override
        public void ends() {}
      };

  /**
   * Called before files are fetched.
   *
   * @param source what is fetched from where, as the end of a sentence
   * @param bytes how much remains to be fetched
   */
  void begins(String source, long bytes);

  /**
   * Called a few times per second.
   *
   * @param bytes how much was received since the last call; negative if what was there before is
   *     discarded
   */
  void received(long bytes);

  /** Called when the fetch has ended, also by a failure. */
  void ends();
}
