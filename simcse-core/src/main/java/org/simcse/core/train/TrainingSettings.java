package org.simcse.core.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.engine.Precision;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.DropoutMode;
import org.simcse.core.modeldir.HeadMode;
import org.simcse.core.train.step.GradientReduction;
import org.simcse.core.train.step.Schedule;

/**
 * The values of a {@link TrainingConfig}, checked as far as they can be without the files.
 *
 * <p>Every component is a setting with its name in kebab case. Annotation and component are all
 * that a setting needs: flag, YAML key, help and documentation are derived from them.
 */
record TrainingSettings(
    @Setting(
            "Model directory to start from, in place of a preset's fresh encoder; the embedded all-MiniLM-L6-v2 unless given.")
        Optional<Path> model,
    @Setting(
            "Start from a fresh BERT encoder of LAYERSxHIDDEN, such as 2x128, with the model's tokenizer.")
        Optional<String> freshEncoder,
    @Setting(
            "How hidden states become a vector; what the model says unless given, cls where it says nothing.")
        Optional<String> pooler,
    @Setting(
            value = "The contrastive head, with options as in matryoshka:dims=256+128.",
            otherwise = "simcse")
        String head,
    @Setting(
            value =
                "When the MLP behind the pooler is applied: train-and-test, train-only or none.",
            otherwise = "train-only")
        HeadMode mlp,
    @Setting(
            value =
                "What the MLP starts from where the model has none: fresh values, or the pretrained-pooler of the model.",
            otherwise = "fresh")
        MlpInit mlpInit,
    @Setting(value = "Cosines are divided by this, above 0.", otherwise = "0.05")
        double temperature,
    @Setting(
            "Added to the logit of a row's own hard negatives (0 unless given); or say --hard-negative-alpha.")
        Optional<Double> hardNegativeWeight,
    @Setting(
            "Factor of a row's own hard negatives in the denominator, above 0: the weight is its logarithm.")
        Optional<Double> hardNegativeAlpha,
    @Setting("Dropout rate of hidden states and attention; what the model says unless given.")
        Optional<Double> dropout,
    @Setting("File of texts: .txt, .csv, .tsv or .jsonl, perhaps with .gz.")
        Optional<Path> trainFile,
    @Setting("txt, csv, tsv or jsonl; what the file's ending says unless given.")
        Optional<String> inputFormat,
    @Setting(
            "Columns to use, by name or number, as in anchor=a,positive=b,negative=3, and score=c or others that the head reads; recognised by their usual names unless given.")
        Optional<String> columns,
    @Setting("What separates the columns; comma (csv) or tab (tsv) unless given.")
        Optional<String> delimiter,
    @Setting(
            "Whether the first row of csv and tsv holds the column names; it does unless given, and a row of sentences there is an error.")
        Optional<Boolean> header,
    @Setting(value = "Go on with U+FFFD where bytes of a file are not UTF-8.", otherwise = "false")
        boolean replaceInvalid,
    @Setting(value = "Leave out rows in which a text is blank.", otherwise = "false")
        boolean dropBlank,
    @Setting(
            "How a row's texts become views, such as word-deletion:rate=0.1; as they are unless given.")
        Optional<String> views,
    @Setting(value = "Take the rows in random order.", otherwise = "true") boolean shuffle,
    @Setting(
            value = "Rows to shuffle among; a larger file is shuffled within about that distance.",
            otherwise = "1000000")
        int shuffleBuffer,
    @Setting(value = "Leave out the last batch of an epoch if it is smaller.", otherwise = "false")
        boolean dropLast,
    @Setting(
            value = "Longer texts are cut to this many tokens, special tokens included.",
            otherwise = "32")
        int maxLength,
    @Setting(value = "Times that the file is gone through.", otherwise = "1") int epochs,
    @Setting("Steps after which training ends, whatever --epochs says.") Optional<Long> maxSteps,
    @Setting(value = "Rows of a step; all others of it are negatives.", otherwise = "64")
        int batchSize,
    @Setting(
            "Rows in memory at a time, with the whole batch's negatives (GradCache); the batch size unless given.")
        Optional<Integer> microBatch,
    @Setting(
            value = "Batches whose gradients are averaged in a step; adds no negatives.",
            otherwise = "1")
        int gradientAccumulation,
    @Setting(value = "adamw-hf (the reference's) or adamw-torch.", otherwise = "adamw-hf")
        OptimizerKind optimizer,
    @Setting(value = "Largest learning rate.", otherwise = "3e-5") double learningRate,
    @Setting(
            value =
                "Share of a weight that a step of rate 1 takes away; biases and LayerNorms keep all.",
            otherwise = "0")
        double weightDecay,
    @Setting(value = "The learning rate's way: linear, cosine or constant.", otherwise = "linear")
        Schedule.Kind schedule,
    @Setting(value = "Steps on which the learning rate rises from 0.", otherwise = "0")
        long warmupSteps,
    @Setting(
            value = "Largest norm of all gradients together; larger ones are scaled down.",
            otherwise = "1.0")
        double maxGradNorm,
    @Setting(
            value = "fp32, bf16, or auto: bf16 where the device has it natively.",
            otherwise = "fp32")
        Precision precision,
    @Setting(
            value = "native (the engine's) or portable: the same masks on every engine.",
            otherwise = "native")
        DropoutMode dropoutRng,
    @Setting(
            value = "What joins the ranks of a run, with options; local is one rank alone.",
            otherwise = "local")
        String gather,
    @Setting(
            value = "sum (exact) or mean (as the reference): how ranks join gradients.",
            otherwise = "sum")
        GradientReduction gradientReduction,
    @Setting(value = "Learn to guess masked words beside.", otherwise = "false") boolean mlm,
    @Setting(value = "Factor of that loss.", otherwise = "0.1") double mlmWeight,
    @Setting(value = "Share of the tokens that are masked.", otherwise = "0.15")
        double mlmProbability,
    @Setting(value = "Guess with the table of word embeddings.", otherwise = "false")
        boolean mlmTied,
    @Setting("Folder of SentEval's data, for the dev sets of STS-B and SICK-R.")
        Optional<Path> evalData,
    @Setting(
            "File of two texts and a score per row to evaluate on: .csv, .tsv or .jsonl; any other is separated by tabs, without a header.")
        Optional<Path> evalFile,
    @Setting("txt, csv, tsv or jsonl; what that file's ending says unless given.")
        Optional<String> evalInputFormat,
    @Setting(
            "Its columns, by name or number, as in text1,text2,score; recognised by their usual names unless given.")
        Optional<String> evalColumns,
    @Setting("What separates its columns; comma (csv) or tab (tsv) unless given.")
        Optional<String> evalDelimiter,
    @Setting("Whether its first row holds the column names; in csv and tsv it does unless given.")
        Optional<Boolean> evalHeader,
    @Setting(value = "Steps between evaluations; 0 for start and end only.", otherwise = "125")
        long evalSteps,
    @Setting("What best/ is chosen by; the first score of the evaluation unless given.")
        Optional<String> metric,
    @Setting("Evaluations without a better metric after which training ends.")
        Optional<Integer> earlyStopping,
    @Setting(value = "Steps between checkpoints; 0 for every evaluation.", otherwise = "0")
        long saveSteps,
    @Setting(value = "Steps between lines of the log.", otherwise = "10") long logSteps,
    @Setting(value = "What all random choices follow from.", otherwise = "42") long seed,
    @Setting(
            value = "Engine to compute on: pytorch, tensorflow, or a plugin's.",
            otherwise = "pytorch")
        String backend,
    @Setting(value = "auto, cpu or gpu.", otherwise = "auto") DeviceKind device,
    @Setting("Threads an operation may use; all processors unless given.")
        Optional<Integer> threads) {
  /** What the MLP starts from. */
  enum MlpInit {
    /** Random values. */
    FRESH,
    /** The dense layer of the model's own pooler. */
    PRETRAINED_POOLER
  }

  /** Which optimiser. */
  enum OptimizerKind {
    /** The reference's. */
    ADAMW_HF,
    /** PyTorch's. */
    ADAMW_TORCH
  }

  TrainingSettings {
    require(temperature > 0, "temperature", "above 0", temperature);
    require(hardNegativeAlpha.orElse(1.0) > 0, "hard-negative-alpha", "above 0", hardNegativeAlpha);
    if (hardNegativeAlpha.isPresent() && hardNegativeWeight.isPresent()) {
      throw new InvalidInputException(
          "Both hard-negative-weight and hard-negative-alpha are set; they are the same thing, as a logit and as a factor: give one.");
    }
    if (mlpInit == MlpInit.PRETRAINED_POOLER
        && (freshEncoder.isPresent() || mlp == HeadMode.NONE)) {
      throw new InvalidInputException(
          "The setting mlp-init is pretrained-pooler, but %s; leave it out."
              .formatted(
                  mlp == HeadMode.NONE
                      ? "there is no MLP, because mlp is none"
                      : "a fresh encoder has no pretrained pooler"));
    }
    double rate = dropout.orElse(0.0);
    require(rate >= 0 && rate < 1, "dropout", "at least 0 and below 1", rate);
    require(maxLength > 0, "max-length", "at least 1", maxLength);
    require(epochs > 0, "epochs", "at least 1", epochs);
    require(maxSteps.orElse(1L) > 0, "max-steps", "at least 1", maxSteps);
    require(batchSize > 0, "batch-size", "at least 1", batchSize);
    require(microBatch.orElse(1) > 0, "micro-batch", "at least 1", microBatch);
    require(gradientAccumulation > 0, "gradient-accumulation", "at least 1", gradientAccumulation);
    require(learningRate > 0, "learning-rate", "above 0", learningRate);
    require(weightDecay >= 0, "weight-decay", "at least 0", weightDecay);
    require(warmupSteps >= 0, "warmup-steps", "at least 0", warmupSteps);
    require(maxGradNorm > 0, "max-grad-norm", "above 0", maxGradNorm);
    require(
        mlmProbability > 0 && mlmProbability <= 1,
        "mlm-probability",
        "above 0 and at most 1",
        mlmProbability);
    require(mlmWeight >= 0, "mlm-weight", "at least 0", mlmWeight);
    require(evalSteps >= 0, "eval-steps", "at least 0", evalSteps);
    require(saveSteps >= 0, "save-steps", "at least 0", saveSteps);
    require(logSteps > 0, "log-steps", "at least 1", logSteps);
    require(earlyStopping.orElse(1) > 0, "early-stopping", "at least 1", earlyStopping);
    require(threads.orElse(1) > 0, "threads", "at least 1", threads);
  }

  private static void require(boolean holds, String setting, String rule, Object value) {
    if (!holds) {
      Object shown = value instanceof Optional<?> optional ? optional.orElse(null) : value;
      throw new InvalidInputException(
          "The setting %s must be %s, but it is %s.".formatted(setting, rule, shown));
    }
  }

  /** Every setting at its default. */
  static TrainingSettings defaults() {
    return Settings.config(Map.of());
  }

  /** The same with some settings changed. */
  TrainingSettings with(Map<String, String> changes) {
    Map<String, String> all = new LinkedHashMap<>(values());
    // What comes later wins: one of a pair replaces the other, and a model the fresh encoder.
    if (changes.containsKey("model") && !changes.containsKey("fresh-encoder")) {
      all.remove("fresh-encoder");
    }
    if (changes.containsKey("hard-negative-alpha")) {
      all.remove("hard-negative-weight");
    } else if (changes.containsKey("hard-negative-weight")) {
      all.remove("hard-negative-alpha");
    }
    all.putAll(changes);
    return Settings.config(all);
  }

  /** Every setting that has a value, by name, in order, as it is written on a command line. */
  Map<String, String> values() {
    return Settings.values(this);
  }

  /** The same with paths that mean the same from every working directory. */
  TrainingSettings withAbsolutePaths() {
    Map<String, String> all = new LinkedHashMap<>(values());
    paths().forEach((name, path) -> all.put(name, path.toAbsolutePath().normalize().toString()));
    return Settings.config(all);
  }

  /** The settings that are paths and have a value. */
  Map<String, Path> paths() {
    Map<String, String> values = values();
    Map<String, Path> paths = new LinkedHashMap<>();
    for (Settings.Description setting : Settings.all()) {
      String path = values.get(setting.name());
      if (setting.type() == Path.class && path != null) {
        paths.put(setting.name(), Path.of(path));
      }
    }
    return paths;
  }

  /** ln α of the hard negatives, however it was given. */
  double hardNegativeLogit() {
    return hardNegativeAlpha.map(Math::log).or(() -> hardNegativeWeight).orElse(0.0);
  }
}
