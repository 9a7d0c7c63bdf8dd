package org.simcse.cli;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import java.util.function.Supplier;
import org.simcse.core.SimCse;

/**
 * Composes what the commands that embed share. Names are resolved before, natives are opened by
 * whoever closes them.
 */
final class EmbeddingModule extends AbstractModule {
  private final Supplier<SimCse> model;
  private final FiniteCheck check;
  private final OutputOptions say;

  /** Resolves the names. */
  EmbeddingModule(ModelOptions options, FiniteCheck check, OutputOptions say) {
    this.model = options.builder().opening();
    this.check = check;
    this.say = say;
  }

  @Provides
  Supplier<SimCse> model() {
    return model;
  }

  @Provides
  FiniteCheck check() {
    return check;
  }

  @Provides
  OutputOptions say() {
    return say;
  }
}
