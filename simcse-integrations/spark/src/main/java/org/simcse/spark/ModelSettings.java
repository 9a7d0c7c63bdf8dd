package org.simcse.spark;

import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkFiles;
import org.jspecify.annotations.Nullable;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.spi.Providers;
import org.simcse.core.SimCse;
import org.simcse.core.SimCseBuilder;
import org.simcse.core.embed.Prompt;
import org.simcse.core.model.ModelSpec;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.modeldir.ModelSource;

/**
 * What a model is opened with, on any executor; equal settings are the same model. Null is the
 * default of {@link SimCseBuilder}.
 */
record ModelSettings(
    String model,
    String backend,
    DeviceKind device,
    @Nullable String pooler,
    @Nullable String promptName,
    @Nullable String promptText,
    @Nullable Boolean normalize,
    @Nullable Integer maxLength,
    int batchTokens,
    int threads,
    boolean allowNewParameters)
    implements Serializable {

  /**
   * Resolves all names without loading weights, and returns the settings for the executors: their
   * model is the same from every working directory and at any time.
   */
  ModelSettings resolved() {
    Providers.backend(backend, List.of());
    String found = found();
    ModelDirectory directory = ModelSource.standard().open(found);
    ModelSpec.Choice choice =
        new ModelSpec.Choice(
            Optional.ofNullable(pooler),
            Optional.ofNullable(normalize),
            Optional.ofNullable(maxLength));
    ModelSpec.of(directory, choice, List.of());
    prompt().resolve(directory.metadata().prompts());
    return with(isShipped() ? model : ModelSource.standard().lasting(model));
  }

  private ModelSettings with(String name) {
    return new ModelSettings(
        name,
        backend,
        device,
        pooler,
        promptName,
        promptText,
        normalize,
        maxLength,
        batchTokens,
        threads,
        allowNewParameters);
  }

  /** Starts an engine with the model; the caller closes it. */
  SimCse open() {
    SimCseBuilder builder =
        SimCse.builder()
            .model(found())
            .backend(backend)
            .device(device)
            .prompt(prompt())
            .batchTokens(batchTokens)
            .threads(threads)
            .allowNewParameters(allowNewParameters);
    if (pooler != null) {
      builder.pooler(pooler);
    }
    if (normalize != null) {
      builder.normalize(normalize);
    }
    if (maxLength != null) {
      builder.maxLength(maxLength);
    }
    return builder.open();
  }

  private Prompt prompt() {
    if (promptText != null) {
      return Prompt.text(promptText);
    }
    return promptName == null ? Prompt.ofModel() : Prompt.named(promptName);
  }

  /** Returns the name of the model in this process. */
  private String found() {
    return isShipped() ? SparkFiles.get(model) : model;
  }

  /** Returns whether the model is a folder that Spark unpacked here, of {@code --archives}. */
  private boolean isShipped() {
    return ModelSource.local(model).isEmpty() && Files.exists(Path.of(SparkFiles.get(model)));
  }
}
