package org.simcse.core;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.BackendProvider;
import org.simcse.api.spi.Providers;
import org.simcse.core.embed.Prompt;
import org.simcse.core.embed.SentenceEmbedder;
import org.simcse.core.model.ModelSpec;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.modeldir.ModelSource;

/**
 * Builds a {@link SimCse}. A setting that is not set defaults to the model's metadata.
 *
 * <p>Not thread-safe. {@link #open} may be called several times; each call opens its own engine.
 *
 * @since 0.1.0
 */
public final class SimCseBuilder {
  /** The default engine. */
  public static final String DEFAULT_BACKEND = "pytorch";

  /** The default number of tokens per batch. */
  public static final int DEFAULT_BATCH_TOKENS = SentenceEmbedder.DEFAULT_BATCH_TOKENS;

  private Supplier<ModelDirectory> model = ModelDirectory::embeddedDefault;
  private Collection<ModuleLayer> plugins = List.of();
  private String backend = DEFAULT_BACKEND;
  private Optional<String> pooler = Optional.empty();
  private Optional<Integer> maxLength = Optional.empty();
  private Optional<Boolean> normalize = Optional.empty();
  private int batchTokens = DEFAULT_BATCH_TOKENS;
  private boolean allowNewParameters;
  private Prompt prompt = Prompt.ofModel();
  private BackendConfig config = BackendConfig.defaults();

  SimCseBuilder() {}

  /** Sets the model directory; the default is the embedded all-MiniLM-L6-v2. */
  public SimCseBuilder model(Path directory) {
    model = () -> ModelDirectory.open(directory);
    return this;
  }

  /**
   * Sets the model by its name: an existing path, {@code default}, or a model of the Hugging Face
   * Hub, such as {@code sentence-transformers/all-MiniLM-L6-v2}, which {@link #open} fetches unless
   * it is in the cache. See {@link ModelSource}.
   */
  public SimCseBuilder model(String name) {
    model = () -> ModelSource.standard().open(name);
    return this;
  }

  /** Sets the model, as {@link ModelSource} opens it. */
  public SimCseBuilder model(ModelDirectory directory) {
    model = () -> directory;
    return this;
  }

  /** Sets the plugins, as {@link org.simcse.api.spi.PluginPath} loads them. */
  public SimCseBuilder plugins(Collection<ModuleLayer> layers) {
    plugins = List.copyOf(layers);
    return this;
  }

  /** Sets the engine by name or alias, such as {@code tensorflow}. */
  public SimCseBuilder backend(String name) {
    backend = name;
    return this;
  }

  /** Sets the pooler by name, with options as in {@code attention:heads=4}. */
  public SimCseBuilder pooler(String nameAndOptions) {
    pooler = Optional.of(nameAndOptions);
    return this;
  }

  /** Sets the device to compute on. */
  public SimCseBuilder device(DeviceKind device) {
    config = config.withDevice(device);
    return this;
  }

  /** Sets how many threads an operation of the engine, and the tokenizer, may use. */
  public SimCseBuilder threads(int threads) {
    config = config.withThreads(positive("threads", threads));
    return this;
  }

  /** Sets the number of tokens to truncate texts to, special tokens included. */
  public SimCseBuilder maxLength(int tokens) {
    maxLength = Optional.of(positive("maximal length", tokens));
    return this;
  }

  /** Sets the number of tokens per batch, padding included; a longer text is a batch by itself. */
  public SimCseBuilder batchTokens(int tokens) {
    batchTokens = positive("number of tokens in a batch", tokens);
    return this;
  }

  /** Sets whether vectors are scaled to length 1. */
  public SimCseBuilder normalize(boolean whether) {
    normalize = Optional.of(whether);
    return this;
  }

  /**
   * Sets whether parameters that the model directory lacks are initialized randomly instead of
   * being an error.
   */
  public SimCseBuilder allowNewParameters(boolean whether) {
    allowNewParameters = whether;
    return this;
  }

  private static int positive(String what, int value) {
    if (value < 1) {
      throw new InvalidInputException(
          "The %s must be at least 1, but it is %d.".formatted(what, value));
    }
    return value;
  }

  /** Sets the prompt of every text; the default is the model's default prompt. */
  public SimCseBuilder prompt(Prompt everyTexts) {
    prompt = everyTexts;
    return this;
  }

  /**
   * Starts the engine and loads the model; the caller closes the result.
   *
   * @throws org.simcse.api.error.SimCseException if a name is unknown, the model directory cannot
   *     be used, or the engine cannot be started; nothing is left open
   */
  public SimCse open() {
    BackendProvider provider = Providers.backend(backend, plugins);
    ModelSpec spec =
        ModelSpec.of(model.get(), new ModelSpec.Choice(pooler, normalize, maxLength), plugins);
    return SimCse.open(provider, config, spec, prompt, batchTokens, allowNewParameters);
  }
}
