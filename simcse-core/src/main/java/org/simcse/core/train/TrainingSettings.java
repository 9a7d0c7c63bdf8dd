package org.simcse.core.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.engine.Precision;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.DropoutMode;
import org.simcse.core.data.Batching;
import org.simcse.core.modeldir.HeadMode;
import org.simcse.core.modeldir.ModelSource;
import org.simcse.core.train.step.GradientReduction;
import org.simcse.core.train.step.Schedule;

/**
 * The values of a {@link TrainingConfig}, validated as far as possible without the files.
 *
 * <p>Every component is a setting, named in kebab case. Flag, YAML key, help and documentation are
 * derived from the component and its annotation.
 */
record TrainingSettings(
    @Setting(
            "Model to start from, instead of a preset's fresh encoder: a directory, or ORG/NAME[@REVISION] of the Hugging Face Hub, fetched once; by default the embedded all-MiniLM-L6-v2.")
        Optional<String> model,
    @Setting(
            "Start from a randomly initialised BERT encoder of LAYERSxHIDDEN, such as 2x128, with the model's tokenizer.")
        Optional<String> freshEncoder,
    @Setting(
            "How hidden states become a vector; by default the model's own pooler, or cls if it names none.")
        Optional<String> pooler,
    @Setting(
            value =
                "The contrastive head (projection and loss), with options as in matryoshka:dims=256+128.",
            defaultValue = "simcse")
        String head,
    @Setting(
            value = "When the MLP after the pooler is applied: train-and-test, train-only or none.",
            defaultValue = "train-only")
        HeadMode mlp,
    @Setting(
            value =
                "How a new MLP is initialised: fresh (random values) or pretrained-pooler (the dense layer of the model's own pooler).",
            defaultValue = "fresh")
        MlpInit mlpInit,
    @Setting(
            value = "Temperature of the loss: cosine similarities are divided by it; above 0.",
            defaultValue = "0.05")
        double temperature,
    @Setting(
            "Added to the logit of a row's own hard negatives, 0 by default; the logarithm of hard-negative-alpha, which may be set instead.")
        Optional<Double> hardNegativeWeight,
    @Setting(
            "Factor of a row's own hard negatives in the denominator, above 0; the hard-negative weight is its logarithm.")
        Optional<Double> hardNegativeAlpha,
    @Setting("Dropout rate of hidden states and attention; by default the model's.")
        Optional<Double> dropout,
    @Setting("Training file: .txt, .csv, .tsv or .jsonl, optionally compressed (.gz).")
        Optional<Path> trainFile,
    @Setting("Format of the training file: txt, csv, tsv or jsonl; by default from its extension.")
        Optional<String> inputFormat,
    @Setting(
            "Columns to use, by name or number, as in anchor=a,positive=b,negative=3, and score=c or others that the head reads; by default recognised by their usual names.")
        Optional<String> columns,
    @Setting("Column delimiter; by default a comma (csv) or a tab (tsv).")
        Optional<String> delimiter,
    @Setting(
            "Whether the first row of csv and tsv holds the column names, as it does by default; a row of sentences there is an error.")
        Optional<Boolean> header,
    @Setting(
            value = "Replace bytes that are not valid UTF-8 by U+FFFD instead of failing.",
            defaultValue = "false")
        boolean replaceInvalid,
    @Setting(value = "Skip rows in which a text is blank.", defaultValue = "false")
        boolean dropBlank,
    @Setting(
            "Augmentation that makes the positive of a single text: word-deletion:rate=0.1, word-repetition:rate=0.32 or crop:rate=0.1; by default the text itself.")
        Optional<String> views,
    @Setting(value = "Shuffle the rows.", defaultValue = "true") boolean shuffle,
    @Setting(
            value = "Size of the shuffle buffer in rows; larger files are shuffled approximately.",
            defaultValue = "1000000")
        int shuffleBuffer,
    @Setting(value = "Drop the last batch of an epoch if it is incomplete.", defaultValue = "false")
        boolean dropLast,
    @Setting(
            value =
                "Which rows may be in a batch together: plain, any, or no-duplicates, none that have a text in common.",
            defaultValue = "plain")
        Batching batching,
    @Setting(
            value =
                "Maximum length in tokens, special tokens included; longer texts are truncated.",
            defaultValue = "32")
        int maxLength,
    @Setting(value = "Number of passes over the training file.", defaultValue = "1") int epochs,
    @Setting("Number of training steps; overrides the number of epochs.") Optional<Long> maxSteps,
    @Setting(
            value = "Rows per batch; all other rows of the batch are negatives.",
            defaultValue = "64")
        int batchSize,
    @Setting(
            "Rows in memory at a time (GradCache); the negatives are still those of the whole batch, whose size is the default.")
        Optional<Integer> microBatch,
    @Setting(
            value = "Batches whose gradients are averaged per step; adds no negatives.",
            defaultValue = "1")
        int gradientAccumulation,
    @Setting(
            value = "Optimizer: adamw-hf (as in the reference implementation) or adamw-torch.",
            defaultValue = "adamw-hf")
        OptimizerKind optimizer,
    @Setting(value = "Peak learning rate.", defaultValue = "3e-5") double learningRate,
    @Setting(
            value = "Decoupled weight decay; not applied to biases and LayerNorm parameters.",
            defaultValue = "0")
        double weightDecay,
    @Setting(
            value = "Learning-rate schedule after warm-up: linear, cosine or constant.",
            defaultValue = "linear")
        Schedule.Kind schedule,
    @Setting(value = "Steps of linear warm-up from 0.", defaultValue = "0") long warmupSteps,
    @Setting(
            value = "Maximum norm of all gradients together; larger gradients are scaled down.",
            defaultValue = "1.0")
        double maxGradNorm,
    @Setting(
            value =
                "Precision of matrix products: fp32, bf16, or auto (bf16 if the device supports it natively).",
            defaultValue = "fp32")
        Precision precision,
    @Setting(
            value =
                "Random numbers of dropout: native (the engine's own) or portable (the same masks on every engine).",
            defaultValue = "native")
        DropoutMode dropoutRng,
    @Setting(
            value =
                "How the ranks of a distributed run communicate, with options; local means a single rank.",
            defaultValue = "local")
        String gather,
    @Setting(
            value =
                "How gradients are combined across ranks: sum (exact) or mean (as in the reference implementation).",
            defaultValue = "sum")
        GradientReduction gradientReduction,
    @Setting(value = "Add a masked-language-modelling loss.", defaultValue = "false") boolean mlm,
    @Setting(value = "Weight of the masked-language-modelling loss.", defaultValue = "0.1")
        double mlmWeight,
    @Setting(value = "Fraction of the tokens that are masked.", defaultValue = "0.15")
        double mlmProbability,
    @Setting(value = "Tie the decoder to the word embeddings.", defaultValue = "false")
        boolean mlmTied,
    @Setting("SentEval's data directory, for the development sets of STS-B and SICK-R.")
        Optional<Path> evalData,
    @Setting(
            "Evaluation file with two texts and a score per row: .csv, .tsv or .jsonl; any other file is tab-separated without a header.")
        Optional<Path> evalFile,
    @Setting(
            "Format of the evaluation file: txt, csv, tsv or jsonl; by default from its extension.")
        Optional<String> evalInputFormat,
    @Setting(
            "Columns of the evaluation file, by name or number, as in text1,text2,score; by default recognised by their usual names.")
        Optional<String> evalColumns,
    @Setting("Column delimiter of the evaluation file; by default a comma (csv) or a tab (tsv).")
        Optional<String> evalDelimiter,
    @Setting(
            "Whether the first row of the evaluation file holds the column names, as it does by default in csv and tsv.")
        Optional<Boolean> evalHeader,
    @Setting(
            value = "Steps between evaluations; 0 evaluates at start and end only.",
            defaultValue = "125")
        long evalSteps,
    @Setting("Metric that selects best/; by default the first one of the evaluation.")
        Optional<String> metric,
    @Setting("Stop after this many evaluations without improvement of the metric.")
        Optional<Integer> earlyStopping,
    @Setting(value = "Steps between checkpoints; 0 saves at every evaluation.", defaultValue = "0")
        long saveSteps,
    @Setting(value = "Steps between log lines.", defaultValue = "10") long logSteps,
    @Setting(value = "Seed of all random numbers.", defaultValue = "42") long seed,
    @Setting(
            value = "Engine to compute with: pytorch, tensorflow, or one of a plugin.",
            defaultValue = "pytorch")
        String backend,
    @Setting(value = "Device: auto, cpu or gpu.", defaultValue = "auto") DeviceKind device,
    @Setting("Threads per operation; by default as many as there are processors.")
        Optional<Integer> threads) {
  /** The initialization of the MLP. */
  enum MlpInit {
    /** Random values. */
    FRESH,
    /** The dense layer of the model's own pooler. */
    PRETRAINED_POOLER
  }

  /** The kind of optimizer. */
  enum OptimizerKind {
    /** AdamW of the reference, from Hugging Face transformers. */
    ADAMW_HF,
    /** AdamW of PyTorch. */
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

  /** Returns the settings with every value at its default. */
  static TrainingSettings defaults() {
    return Settings.config(Map.of());
  }

  /** Returns a copy with several settings changed. */
  TrainingSettings with(Map<String, String> changes) {
    Map<String, String> all = new LinkedHashMap<>(values());
    // Later settings take precedence: one of a pair replaces the other, and a model the fresh
    // encoder.
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

  /** Returns every setting that has a value, by name, in order, as written on a command line. */
  Map<String, String> values() {
    return Settings.values(this);
  }

  /** Returns a copy with absolute paths, independent of the working directory. */
  TrainingSettings withAbsolutePaths() {
    Map<String, String> all = new LinkedHashMap<>(values());
    paths().forEach((name, path) -> all.put(name, path.toAbsolutePath().normalize().toString()));
    return Settings.config(all);
  }

  /** Returns a copy whose model has the same name everywhere and at any time. */
  TrainingSettings withLastingModel(ModelSource models) {
    Map<String, String> all = new LinkedHashMap<>(values());
    all.computeIfPresent("model", (setting, name) -> models.lasting(name));
    return Settings.config(all);
  }

  /** Returns the settings that are paths and have a value, and the model if it is one. */
  Map<String, Path> paths() {
    Map<String, String> values = values();
    Map<String, Path> paths = new LinkedHashMap<>();
    model.flatMap(ModelSource::local).ifPresent(path -> paths.put("model", path));
    for (Settings.Description setting : Settings.all()) {
      String path = values.get(setting.name());
      if (setting.type() == Path.class && path != null) {
        paths.put(setting.name(), Path.of(path));
      }
    }
    return paths;
  }

  /** Returns ln α of the hard negatives, whether it was set as ln α or as α. */
  double hardNegativeLogit() {
    return hardNegativeAlpha.map(Math::log).or(() -> hardNegativeWeight).orElse(0.0);
  }
}
