package org.simcse.cli;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.export.ExportTarget;
import org.simcse.core.export.HuggingFaceTarget;
import org.simcse.core.export.SentenceTransformersTarget;
import org.simcse.core.export.SimCseTarget;
import org.simcse.core.export.SourceModel;
import org.simcse.core.weights.WeightsFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code simcse convert}. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Convert a model to a format of others, or back, without an engine: the same tensors bit for bit, and the same vectors. What a format cannot express is refused.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  simcse convert runs/sup/best out --to sentence-transformers",
      "  simcse convert runs/sup/best out --to huggingface --weights bin",
      "  simcse convert princeton-nlp/sup-simcse-bert-base-uncased out \\",
      "      --allow-pickle --pooler cls --to simcse"
    })
final class ConvertCommand implements Callable<Integer> {
  /** The formats. */
  enum Format {
    HUGGINGFACE,
    SENTENCE_TRANSFORMERS,
    SIMCSE;

    /** Returns the format of a name such as {@code sentence-transformers}. */
    static Format of(String name) {
      return Arrays.stream(values())
          .filter(format -> format.toString().equalsIgnoreCase(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected one of %s but was '%s'".formatted(List.of(values()), name)));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Reads the name of a format. */
  static final class FormatConverter implements ITypeConverter<Format> {
    @Override
    public Format convert(String name) {
      return Format.of(name);
    }
  }

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
      converter = FormatConverter.class,
      description =
          "huggingface (transformers' AutoModel), sentence-transformers, or simcse (as training saves).")
  private Format format = Format.SIMCSE;

  @Option(
      names = "--weights",
      paramLabel = "KIND",
      defaultValue = "safetensors",
      description = "safetensors, or bin for pytorch_model.bin (default: safetensors).")
  private WeightsFormat weights = WeightsFormat.SAFETENSORS;

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
    if (legacy && format != Format.SENTENCE_TRANSFORMERS) {
      throw new ParameterException(
          spec.commandLine(), "--legacy is for --to sentence-transformers alone.");
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new InvalidInputException(
          "The target %s exists; name a new directory, or move it away.".formatted(target));
    }
    try (SourceModel model =
        SourceModel.open(hub.models(say).open(source), pooler, plugins.layers())) {
      ExportTarget.export(model, target(), target);
    }
    spec.commandLine().getOut().printf("Wrote %s to %s.%n", format, target);
    return ExitCode.DONE;
  }

  private ExportTarget target() {
    return switch (format) {
      case HUGGINGFACE -> new HuggingFaceTarget(weights);
      case SENTENCE_TRANSFORMERS -> new SentenceTransformersTarget(weights, legacy);
      case SIMCSE -> new SimCseTarget(weights);
    };
  }
}
