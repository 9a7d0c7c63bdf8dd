package org.simcse.cli;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.simcse.api.spi.BackendProvider;
import org.simcse.core.model.ModelSpec;
import org.simcse.core.model.ParameterFreePoolers;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.modeldir.ModelSource;

/** Binds the models that the options of an evaluation select, beside those of every embedding. */
final class EvaluationModule extends AbstractModule {
  /** Stands for every parameter-free pooler. */
  static final String ALL_POOLERS = "all";

  private final ModelOptions options;
  private final Optional<String> compared;
  private final EmbeddingModule embedding;
  private final ReportOptions report;

  EvaluationModule(
      ModelOptions options,
      Optional<String> compared,
      ReportOptions report,
      EmbeddingModule embedding) {
    this.options = options;
    this.compared = compared;
    this.report = report;
    this.embedding = embedding;
  }

  @Override
  protected void configure() {
    install(embedding);
    bind(ReportOptions.class).toInstance(report);
  }

  /** Returns the model, and the one to compare it with, if there is one. */
  @Provides
  @Singleton
  List<EvaluatedModel> models(
      ModelSource source, List<ModuleLayer> plugins, BackendProvider backend) {
    List<EvaluatedModel> models = new ArrayList<>();
    models.add(model(options.model(), source, plugins, backend));
    compared.ifPresent(name -> models.add(model(name, source, plugins, backend)));
    return models;
  }

  private EvaluatedModel model(
      String name, ModelSource source, List<ModuleLayer> plugins, BackendProvider backend) {
    ModelDirectory directory = source.open(name);
    ModelSpec.Choice choice = options.choice();
    List<String> poolers = List.of();
    if (choice.pooler().filter(ALL_POOLERS::equals).isPresent()) {
      ModelSpec any = ModelSpec.of(directory, with(choice, "avg"), plugins);
      poolers = ParameterFreePoolers.names(any, plugins);
      choice = with(choice, String.join("+", poolers));
    }
    ModelSpec spec = ModelSpec.of(directory, choice, plugins);
    return new EvaluatedModel(
        name,
        poolers.isEmpty() ? List.of(spec.poolerName()) : poolers,
        () -> options.start(backend, spec));
  }

  private static ModelSpec.Choice with(ModelSpec.Choice choice, String pooler) {
    return new ModelSpec.Choice(Optional.of(pooler), choice.normalize(), choice.maxLength());
  }
}
