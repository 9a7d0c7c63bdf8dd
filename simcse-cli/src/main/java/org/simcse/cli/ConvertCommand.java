package org.simcse.cli;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.ExporterProvider;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.core.export.ExportTarget;
import org.simcse.core.export.HuggingFaceTarget;
import org.simcse.core.export.ProgramTarget;
import org.simcse.core.export.SentenceTransformersTarget;
import org.simcse.core.export.SimCseTarget;
import org.simcse.core.export.SourceModel;
import org.simcse.core.weights.WeightsFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simcse convert}. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Convert a model to a format of others, or back, without an engine: the same tensors bit for bit, and the same vectors; or export it as one program, from token ids to vectors. What a format cannot express is refused.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  simcse convert runs/sup/best out --to sentence-transformers",
      "  simcse convert runs/sup/best out --to huggingface --weights bin",
      "  simcse convert princeton-nlp/sup-simcse-bert-base-uncased out \\",
      "      --allow-pickle --pooler cls --to simcse",
      "  simcse convert default out --to onnx --quantize int8"
    })
final class ConvertCommand implements Callable<Integer> {
  private static final String HUGGINGFACE = "huggingface";
  private static final String SENTENCE_TRANSFORMERS = "sentence-transformers";
  private static final String SIMCSE = "simcse";

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description =
          "Model directory in any of the formats, ORG/NAME[@REVISION] of the Hugging Face Hub, or 'default' for the embedded model.")
  private String source = "";

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      description = "Directory to create; nothing may be there.")
  private Path target = Path.of("");

  @Option(
      names = "--to",
      paramLabel = "FORMAT",
      required = true,
      description =
          "huggingface (transformers' AutoModel), sentence-transformers, or simcse (as training saves); as a program: onnx, torchscript, or what a plugin adds.")
  private String format = SIMCSE;

  @Option(
      names = "--weights",
      paramLabel = "KIND",
      defaultValue = "safetensors",
      description = "safetensors, or bin for pytorch_model.bin (default: safetensors).")
  private WeightsFormat weights = WeightsFormat.SAFETENSORS;

  @Option(
      names = "--quantize",
      paramLabel = "TYPE",
      description = "With --to onnx: int8 stores the weights in 8 bits.")
  private Optional<String> quantize = Optional.empty();

  @Option(
      names = "--legacy",
      description =
          "Write what sentence-transformers before 5.4 reads; later releases read it too.")
  private boolean legacy;

  @Option(
      names = {"-p", "--pooler"},
      paramLabel = "NAME",
      description =
          "The pooler of a source that does not say it, such as cls for the models of SimCSE's authors.")
  private Optional<String> pooler = Optional.empty();

  @Mixin private PluginOptions plugins = new PluginOptions();
  @Mixin private HubOptions hub = new HubOptions();
  @Mixin private OutputOptions say = new OutputOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    ExportTarget to = target();
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new InvalidInputException(
          "The target %s exists; name a new directory, or move it away.".formatted(target));
    }
    try (SourceModel model =
        SourceModel.open(hub.models(say).open(source), pooler, plugins.layers())) {
      ExportTarget.export(model, to, target);
    }
    spec.commandLine().getOut().printf("Wrote %s to %s.%n", format, target);
    return ExitCode.DONE;
  }

  private ExportTarget target() {
    refuse(
        legacy && !format.equals(SENTENCE_TRANSFORMERS),
        "--legacy is for --to sentence-transformers alone.");
    List<String> directories = List.of(HUGGINGFACE, SENTENCE_TRANSFORMERS, SIMCSE);
    if (!directories.contains(format)) {
      return program(directories);
    }
    refuse(quantize.isPresent(), "--quantize is for programs alone, such as --to onnx.");
    return switch (format) {
      case HUGGINGFACE -> new HuggingFaceTarget(weights);
      case SENTENCE_TRANSFORMERS -> new SentenceTransformersTarget(weights, legacy);
      default -> new SimCseTarget(weights);
    };
  }

  private ExportTarget program(List<String> directories) {
    Providers<ExporterProvider> exporters = Providers.exporters(plugins.layers());
    List<String> known = new ArrayList<>(directories);
    known.addAll(exporters.names());
    Options parsed = Options.parse(format);
    refuse(
        !exporters.names().contains(parsed.provider()),
        "Invalid value for option '--to': expected one of %s but was '%s'."
            .formatted(known, format));
    refuse(
        spec.commandLine().getParseResult().hasMatchedOption("--weights"),
        "--weights is for model directories; a program has its own form of weights.");
    Map<String, String> given = new LinkedHashMap<>(parsed.given());
    quantize.ifPresent(type -> given.put("quantize", type));
    Options options = Options.of(parsed.provider(), given);
    return new ProgramTarget(exporters.create(options, provider -> provider.create(options)));
  }

  private void refuse(boolean wrong, String message) {
    if (wrong) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
