package org.simcse.cli;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import java.nio.file.Path;
import java.util.List;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.SeedRuns;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingPlan;

/** Binds the training run that the command's options select. */
final class TrainingModule extends AbstractModule {
  private final TrainingConfig config;
  private final Path directory;
  private final OutputMode start;
  private final List<Long> seeds;
  private final PluginOptions plugins;
  private final HubOptions hub;
  private final OutputOptions say;

  TrainingModule(
      TrainingConfig config,
      Path directory,
      OutputMode start,
      List<Long> seeds,
      PluginOptions plugins,
      HubOptions hub,
      OutputOptions say) {
    this.config = config;
    this.directory = directory;
    this.start = start;
    this.seeds = seeds;
    this.plugins = plugins;
    this.hub = hub;
    this.say = say;
  }

  @Override
  protected void configure() {
    bind(TrainingConfig.class).toInstance(config);
    bind(OutputOptions.class).toInstance(say);
  }

  @Provides
  List<ModuleLayer> plugins() {
    return plugins.layers();
  }

  @Provides
  TrainingPlan plan(TrainingConfig run, List<ModuleLayer> layers) {
    return TrainingPlan.of(run, directory, start, layers, hub.models(say));
  }

  @Provides
  SeedRuns seeds(TrainingConfig run, List<ModuleLayer> layers) {
    return SeedRuns.of(run, seeds, directory, start, layers, hub.models(say));
  }
}
