package org.simcse.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.embed.Prompt;
import org.simcse.core.embed.SentenceEmbedder;
import org.simcse.core.model.ModelSpec;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model runs where; an option wins over its environment variable. */
final class ModelOptions {
  @Mixin private PluginOptions plugins = new PluginOptions();

  @Option(
      names = {"-b", "--backend"},
      paramLabel = "NAME",
      defaultValue = "pytorch",
      description =
          "Engine to compute on: pytorch, tensorflow, or a plugin's ($$SIMCSE_BACKEND; default: pytorch).")
  private String backend = "pytorch";

  @Option(
      names = {"-m", "--model"},
      paramLabel = "DIR",
      description =
          "Model directory as Hugging Face or sentence-transformers write it ($$SIMCSE_MODEL; default: the embedded all-MiniLM-L6-v2).")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = {"-p", "--pooler"},
      paramLabel = "NAME",
      description =
          "How hidden states become a vector, with options as in attention:heads=4; default: what the model says ($$SIMCSE_POOLER).")
  private Optional<String> pooler = Optional.empty();

  @Option(
      names = "--prompt-name",
      paramLabel = "NAME",
      description =
          "The model's prompt to put before every text, such as query; default: the one that the model names as its default ($$SIMCSE_PROMPT_NAME).")
  private Optional<String> promptName = Optional.empty();

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "Text to put before every text; empty for none, whatever the model's default is.")
  private Optional<String> prompt = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "KIND",
      defaultValue = "auto",
      description = "auto, cpu or gpu ($$SIMCSE_DEVICE; default: auto).")
  private DeviceKind device = DeviceKind.AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads an operation may use ($$SIMCSE_THREADS; default: all processors).")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--max-length",
      paramLabel = "TOKENS",
      description =
          "Longer texts are cut to this many tokens, special tokens included; default: what the model says ($$SIMCSE_MAX_LENGTH).")
  private Optional<Integer> maxLength = Optional.empty();

  @Option(
      names = "--batch-tokens",
      paramLabel = "TOKENS",
      description = "Tokens in a batch, padding included ($$SIMCSE_BATCH_TOKENS).")
  private Optional<Integer> batchTokens = Optional.empty();

  @Option(
      names = "--normalize",
      negatable = true,
      defaultValue = Option.NULL_VALUE,
      fallbackValue = "true",
      description = "Scale vectors to length 1, or not; default: what the model says.")
  private Optional<Boolean> normalize = Optional.empty();

  @Option(
      names = "--allow-new-parameters",
      description =
          "Start a parameter of the pooler or the MLP from random values where the model directory lacks it.")
  private boolean allowNewParameters;

  List<ModuleLayer> plugins() {
    return plugins.layers();
  }

  String backend() {
    return backend;
  }

  Optional<Path> model() {
    return model;
  }

  /** What is chosen in place of what the model says. */
  ModelSpec.Choice choice() {
    maxLength.ifPresent(tokens -> requirePositive("--max-length", tokens));
    return new ModelSpec.Choice(pooler, normalize, maxLength);
  }

  /** How the engine is started. */
  BackendConfig engine() {
    BackendConfig config = BackendConfig.defaults().withDevice(device);
    threads.ifPresent(count -> requirePositive("--threads", count));
    return threads.map(config::withThreads).orElse(config);
  }

  /** What is put before every text. */
  Prompt prompt() {
    return prompt
        .map(Prompt::text)
        .or(() -> promptName.map(Prompt::named))
        .orElseGet(Prompt::ofModel);
  }

  int batchTokens() {
    batchTokens.ifPresent(tokens -> requirePositive("--batch-tokens", tokens));
    return batchTokens.orElse(SentenceEmbedder.DEFAULT_BATCH_TOKENS);
  }

  boolean allowNewParameters() {
    return allowNewParameters;
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new InvalidInputException(
          "The option %s must be at least 1, but it is %d.".formatted(option, value));
    }
  }
}
