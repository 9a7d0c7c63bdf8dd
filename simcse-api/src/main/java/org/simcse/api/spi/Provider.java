package org.simcse.api.spi;

import java.util.Set;

/** Something found by name. Its constructor is public, takes nothing, and loads no native code. */
public interface Provider {
  /** Lower-case letters, digits, {@code _}, {@code -} and {@code @}, starting with a letter. */
  String name();

  /** What it is, and which options it has, in one line, for the commands that list providers. */
  String description();

  /** Other names for it. */
  default Set<String> aliases() {
    return Set.of();
  }
}
