package org.simcse.api.spi;

import java.util.Set;

/** Something found by name. Its constructor is public, takes nothing, and loads no native code. */
public interface Provider {
  /** Lower-case letters, digits, {@code _}, {@code -} and {@code @}, starting with a letter. */
  String name();

  /** Other names for it. */
  default Set<String> aliases() {
    return Set.of();
  }
}
