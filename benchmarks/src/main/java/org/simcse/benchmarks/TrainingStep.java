package org.simcse.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.simcse.api.Encoder;
import org.simcse.api.Pooler;
import org.simcse.api.TokenSequence;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.model.Projection;
import org.simcse.core.train.step.AdamW;
import org.simcse.core.train.step.ContrastiveStep;
import org.simcse.core.train.step.GradientReduction;
import org.simcse.core.train.step.StepConfig;
import org.simcse.core.train.step.TrainingBatch;
import org.simcse.core.train.step.TrainingModel;

/**
 * Times a step of training BERT-base: {@code TrainingStep BACKEND [STEPS [LENGTHS]]}.
 *
 * <p>{@code training_step.py} does the same step; {@code training_step.sh} lets them take turns.
 * Properties: {@code rows} (16, of each rank), {@code length} (32), {@code threads} (2), {@code
 * microBatch} (none), {@code ceiling} (true), {@code gather} (local). Prints one line of JSON on
 * the first rank.
 */
public final class TrainingStep {
  private static final int VIEWS = 2;
  private static final int WARM_UP = 3;
  private static final int HIDDEN = 768;
  private static final int LAYERS = 12;
  private static final int INTERMEDIATE = 3072;
  private static final int ROWS = Integer.getInteger("rows", 16);
  private static final int LENGTH = Integer.getInteger("length", 32);
  private static final int THREADS = Integer.getInteger("threads", 2);

  private TrainingStep() {}

  public static void main(String[] args) throws IOException {
    String name = args[0];
    int steps = args.length > 1 ? Integer.parseInt(args[1]) : 10;
    List<int[]> lengths = args.length > 2 ? lengths(Path.of(args[2])) : List.of(full());
    BackendConfig config = BackendConfig.defaults().withThreads(THREADS).withDevice(DeviceKind.CPU);
    Options gathers = Options.parse(System.getProperty("gather", "local"));
    try (TimedGather gather =
            new TimedGather(
                Providers.gathers(List.of()).create(gathers, found -> found.create(gathers)));
        Backend backend = Providers.backends(List.of()).get(name).create(config)) {
      double before = ProcessMemory.resident();
      List<Double> seconds = measure(backend, steps, lengths, gather);
      if (gather.rank() > 0) {
        return;
      }
      double used = ProcessMemory.peak() - before;
      Collections.sort(seconds);
      double median = seconds.get(seconds.size() / 2);
      double tokens = lengths.stream().mapToInt(l -> Arrays.stream(l).sum()).average().orElse(0);
      double rate = 3 * operations(tokens) / median;
      double ceiling =
          Boolean.parseBoolean(System.getProperty("ceiling", "true")) ? ceiling(backend) : 0;
      System.out.printf(
          Locale.ROOT,
          "{\"contender\": \"%s\", \"seconds\": %.4f, \"fastest\": %.4f, \"slowest\": %.4f, \"mebibytes\": %.0f, \"gflops\": %.0f, \"ceiling\": %.0f, \"ranks\": %d, \"communication\": %.4f}%n",
          name,
          median,
          seconds.get(0),
          seconds.get(seconds.size() - 1),
          used,
          rate / 1e9,
          ceiling / 1e9,
          gather.worldSize(),
          gather.seconds() / seconds.stream().mapToDouble(s -> s).sum());
    }
  }

  private static int[] full() {
    int[] all = new int[ROWS * VIEWS];
    Arrays.fill(all, LENGTH);
    return all;
  }

  /** The lengths of a file, in batches. */
  private static List<int[]> lengths(Path file) throws IOException {
    int[] all =
        Arrays.stream(Files.readString(file).strip().split("\\s+"))
            .mapToInt(Integer::parseInt)
            .toArray();
    int size = ROWS * VIEWS;
    return IntStream.range(0, all.length / size)
        .mapToObj(i -> Arrays.copyOfRange(all, i * size, (i + 1) * size))
        .toList();
  }

  private static List<Double> measure(
      Backend backend, int steps, List<int[]> lengths, TimedGather gather) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("model_type", "bert");
    config.put("vocab_size", 30522);
    config.put("hidden_size", HIDDEN);
    config.put("num_hidden_layers", LAYERS);
    config.put("num_attention_heads", 12);
    config.put("intermediate_size", INTERMEDIATE);
    config.put("max_position_embeddings", 512);
    ModelContext context = ModelContext.of(config);
    Options none = Options.of("");
    Encoder encoder = Providers.encoders(List.of()).get("bert").create(context, none);
    Pooler pooler = Providers.poolers(List.of()).get("cls_before_pooler").create(context, none);
    TrainingModel model =
        new TrainingModel(
            encoder,
            pooler,
            Projection.chain(List.of()),
            new SimCseHead(true, 0.05, 0),
            VIEWS,
            List.of());
    AdamW optimizer = AdamW.of(AdamW.Form.HF, 0);
    StepConfig form =
        new StepConfig(
            Integer.getInteger("microBatch", StepConfig.WHOLE), GradientReduction.SUM, false);
    List<Double> seconds = new ArrayList<>();
    try (Optimizer update = backend.createOptimizer(optimizer);
        GradientBuffer scratch = backend.gradientBuffer()) {
      ContrastiveStep step = new ContrastiveStep(backend, model, gather, form);
      Random random = new Random(42);
      for (int i = 0; i < steps + WARM_UP; i++) {
        if (i == WARM_UP) {
          gather.reset();
        }
        TrainingBatch batch = batch(lengths.get(i % lengths.size()), random);
        long begun = System.nanoTime();
        step.step(
            List.of(new ContrastiveStep.Seeded(batch, i)),
            scratch,
            update,
            optimizer.at(i + 1, 3e-5),
            1);
        if (i >= WARM_UP) {
          seconds.add((System.nanoTime() - begun) / 1e9);
        }
      }
    }
    return seconds;
  }

  private static TrainingBatch batch(int[] lengths, Random random) {
    return TrainingBatch.of(
        Arrays.stream(lengths)
            .mapToObj(
                length ->
                    new TokenSequence(random.ints(length, 1000, 20_000).toArray(), new int[length]))
            .toList());
  }

  /** Operations of a forward pass over so many tokens: linear layers and attention's products. */
  private static double operations(double tokens) {
    double linear = 2.0 * LAYERS * (4.0 * HIDDEN * HIDDEN + 2.0 * HIDDEN * INTERMEDIATE);
    double attention = 2.0 * LAYERS * 2 * HIDDEN * LENGTH;
    return tokens * (linear + attention);
  }

  /** The rate of the layers' products alone, forward and backward, in one chain. */
  private static double ceiling(Backend backend) {
    Dim n = Dim.symbol("N");
    Signature signature =
        Signature.of(Signature.Input.floats("x", n, Dim.of(HIDDEN))).differentiating("sum");
    int tokens = ROWS * VIEWS * LENGTH;
    float[] x = new float[tokens * HIDDEN];
    Arrays.fill(x, 0.01f);
    Map<String, HostTensor> inputs = Map.of("x", HostTensor.of(x, tokens, HIDDEN));
    double best = Double.MAX_VALUE;
    Program program = backend.compile(TrainingStep::products, signature);
    try (GradientBuffer into = backend.gradientBuffer()) {
      for (int i = 0; i < 6; i++) {
        long begun = System.nanoTime();
        program.valueAndGradients(inputs, 0, into);
        best = Math.min(best, (System.nanoTime() - begun) / 1e9);
      }
    }
    double linear = 2.0 * LAYERS * (4.0 * HIDDEN * HIDDEN + 2.0 * HIDDEN * INTERMEDIATE);
    return 3 * tokens * linear / best;
  }

  private static Map<String, Tensor> products(ForwardPass pass, Map<String, Tensor> inputs) {
    Tensor x = Objects.requireNonNull(inputs.get("x"));
    for (int layer = 0; layer < LAYERS; layer++) {
      ForwardPass in = pass.in("ceiling." + layer + ".");
      for (String name : List.of("q", "k", "v", "o")) {
        x = in.linear(x, name, HIDDEN);
      }
      x = in.linear(in.linear(x, "up", INTERMEDIATE), "down", HIDDEN);
    }
    return Map.of("sum", x.sum());
  }
}
