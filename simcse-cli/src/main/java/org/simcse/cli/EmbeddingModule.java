package org.simcse.cli;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.util.List;
import java.util.function.Supplier;
import org.simcse.api.Encoder;
import org.simcse.api.Pooler;
import org.simcse.api.spi.BackendProvider;
import org.simcse.api.spi.Providers;
import org.simcse.core.SimCse;
import org.simcse.core.model.ModelSpec;
import org.simcse.core.modeldir.ModelSource;

/**
 * Binds what the options of an embedding command select: plugins, backend, model and its parts.
 *
 * <p>All names are resolved when the {@code Supplier<SimCse>} is injected; the engine starts when
 * the supplier is called, and the caller closes it.
 */
final class EmbeddingModule extends AbstractModule {
  private final ModelOptions options;
  private final FiniteCheck check;
  private final OutputOptions say;

  EmbeddingModule(ModelOptions options, FiniteCheck check, OutputOptions say) {
    this.options = options;
    this.check = check;
    this.say = say;
  }

  @Override
  protected void configure() {
    bind(FiniteCheck.class).toInstance(check);
    bind(OutputOptions.class).toInstance(say);
  }

  @Provides
  @Singleton
  List<ModuleLayer> plugins() {
    return options.plugins();
  }

  @Provides
  BackendProvider backend(List<ModuleLayer> plugins) {
    return Providers.backend(options.backend(), plugins);
  }

  @Provides
  @Singleton
  ModelSource models() {
    return options.models(say);
  }

  @Provides
  @Singleton
  ModelSpec model(ModelSource models, List<ModuleLayer> plugins) {
    return ModelSpec.of(models.open(options.model()), options.choice(), plugins);
  }

  @Provides
  Encoder encoder(ModelSpec model) {
    return model.encoder();
  }

  @Provides
  Pooler pooler(ModelSpec model) {
    return model.pooler();
  }

  @Provides
  Supplier<SimCse> simCse(BackendProvider backend, ModelSpec model) {
    return () -> options.start(backend, model);
  }
}
