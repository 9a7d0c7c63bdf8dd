package org.simcse.core.hub;

import java.time.Duration;

/**
 * How long a server is waited for.
 *
 * @param pause before the second attempt; doubled before each further one
 * @param silence for its next bytes
 */
public record Patience(Duration pause, Duration silence) {
  /** What suits a server on the internet. */
  static final Patience NORMAL = new Patience(Duration.ofSeconds(1), Duration.ofSeconds(30));
}
