package org.simcse.cli;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import org.simcse.core.SimCseBuilder;

/**
 * Composes what the commands that embed share. Names are resolved before, natives are opened by
 * whoever closes them.
 */
final class EmbeddingModule extends AbstractModule {
  private final SimCseBuilder builder;
  private final OutputOptions say;

  /** Resolves the names. */
  EmbeddingModule(ModelOptions model, OutputOptions say) {
    this.builder = model.builder().resolve();
    this.say = say;
  }

  @Provides
  SimCseBuilder builder() {
    return builder;
  }

  @Provides
  OutputOptions say() {
    return say;
  }
}
