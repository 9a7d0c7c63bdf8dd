package org.simcse.cli;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import org.simcse.core.PreparedModel;

/**
 * Composes what the commands that embed share. Names are resolved before, natives are opened by
 * whoever closes them.
 */
final class EmbeddingModule extends AbstractModule {
  private final PreparedModel model;
  private final FiniteCheck check;
  private final OutputOptions say;

  /** Resolves the names. */
  EmbeddingModule(ModelOptions options, FiniteCheck check, OutputOptions say) {
    this.model = options.builder().prepare();
    this.check = check;
    this.say = say;
  }

  @Provides
  PreparedModel model() {
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
