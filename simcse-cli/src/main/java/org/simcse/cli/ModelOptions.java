package org.simcse.cli;

import java.util.List;
import java.util.Optional;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.BackendProvider;
import org.simcse.core.SimCse;
import org.simcse.core.embed.Prompt;
import org.simcse.core.embed.SentenceEmbedder;
import org.simcse.core.model.ModelSpec;
import org.simcse.core.modeldir.ModelSource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for the model and where it runs; an option wins over its environment variable. */
final class ModelOptions {
  @Mixin private PluginOptions plugins = new PluginOptions();

  @Option(
      names = {"-b", "--backend"},
      paramLabel = "NAME",
      defaultValue = "pytorch",
      description =
          "Engine to compute with: pytorch, tensorflow, or one of a plugin ($$SIMCSE_BACKEND; default: pytorch).")
  private String backend = "pytorch";

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description =
          "Directory in the format of Hugging Face or sentence-transformers, or ORG/NAME[@REVISION] of the Hugging Face Hub, fetched once ($$SIMCSE_MODEL; default: the embedded all-MiniLM-L6-v2).")
  private String model = ModelSource.DEFAULT;

  @Mixin private HubOptions hub = new HubOptions();

  @Option(
      names = {"-p", "--pooler"},
      paramLabel = "NAME",
      description =
          "How hidden states become a vector, with options as in attention:heads=4; default: the model's own pooler ($$SIMCSE_POOLER).")
  private Optional<String> pooler = Optional.empty();

  @Option(
      names = "--prompt-name",
      paramLabel = "NAME",
      description =
          "Name of the model's prompt to prepend to every text, such as query; default: the model's default prompt ($$SIMCSE_PROMPT_NAME).")
  private Optional<String> promptName = Optional.empty();

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "Text to prepend to every text; an empty one disables the model's default prompt.")
  private Optional<String> prompt = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "KIND",
      defaultValue = "auto",
      description = "Device: auto, cpu or gpu ($$SIMCSE_DEVICE; default: auto).")
  private DeviceKind device = DeviceKind.AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads per operation ($$SIMCSE_THREADS; default: as many as there are processors).")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--max-length",
      paramLabel = "TOKENS",
      description =
          "Maximum length in tokens, special tokens included; longer texts are truncated; default: the model's ($$SIMCSE_MAX_LENGTH).")
  private Optional<Integer> maxLength = Optional.empty();

  @Option(
      names = "--batch-tokens",
      paramLabel = "TOKENS",
      description = "Tokens per batch, padding included ($$SIMCSE_BATCH_TOKENS; default: 512).")
  private Optional<Integer> batchTokens = Optional.empty();

  @Option(
      names = "--normalize",
      negatable = true,
      defaultValue = Option.NULL_VALUE,
      fallbackValue = "true",
      description = "Scale vectors to length 1, or not; default: as the model does.")
  private Optional<Boolean> normalize = Optional.empty();

  @Option(
      names = "--allow-new-parameters",
      description =
          "Initialise parameters of the pooler or the MLP at random if the model directory lacks them.")
  private boolean allowNewParameters;

  List<ModuleLayer> plugins() {
    return plugins.layers();
  }

  String backend() {
    return backend;
  }

  /** Returns the name of the model. */
  String model() {
    return model;
  }

  /** Returns where models are found by their names. */
  ModelSource models(OutputOptions say) {
    return hub.models(say);
  }

  /** Returns what overrides the model's metadata. */
  ModelSpec.Choice choice() {
    maxLength.ifPresent(tokens -> requirePositive("--max-length", tokens));
    return new ModelSpec.Choice(pooler, normalize, maxLength);
  }

  /** Returns the configuration of the engine. */
  BackendConfig engine() {
    BackendConfig config = BackendConfig.defaults().withDevice(device);
    threads.ifPresent(count -> requirePositive("--threads", count));
    return threads.map(config::withThreads).orElse(config);
  }

  /** Returns the prompt that was chosen for every text. */
  Optional<Prompt> prompt() {
    return prompt.map(Prompt::text).or(() -> promptName.map(Prompt::named));
  }

  int batchTokens() {
    batchTokens.ifPresent(tokens -> requirePositive("--batch-tokens", tokens));
    return batchTokens.orElse(SentenceEmbedder.DEFAULT_BATCH_TOKENS);
  }

  /** Starts an engine with a model; the caller closes it. */
  SimCse start(BackendProvider provider, ModelSpec model) {
    return SimCse.open(
        provider,
        engine(),
        model,
        prompt().orElseGet(Prompt::ofModel),
        batchTokens(),
        allowNewParameters);
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new InvalidInputException(
          "The option %s must be at least 1, but it is %d.".formatted(option, value));
    }
  }
}
