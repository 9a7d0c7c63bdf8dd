package org.simcse.api.spi;

import java.util.Set;

/**
 * A service found by name. Its constructor is public, has no parameters, and loads no native code.
 *
 * @since 0.1.0
 */
public interface Provider {
  /**
   * Returns the name: lower-case letters, digits, {@code _}, {@code -} and {@code @}, starting with
   * a letter.
   */
  String name();

  /**
   * Returns a one-line description of the provider and its options, for the commands that list
   * providers.
   */
  String description();

  /** Returns other names for it. */
  default Set<String> aliases() {
    return Set.of();
  }
}
