package org.simcse.core.train;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.SimCseException;
import org.simcse.api.error.TrainingException;
import org.simcse.core.data.BatchSource;
import org.simcse.core.data.Prefetcher;
import org.simcse.core.train.run.Environment;
import org.simcse.core.train.run.RunDirectory;
import org.simcse.core.train.run.RunManifest;
import org.simcse.core.train.run.TrainingState;
import org.simcse.core.train.step.ContrastiveStep;

/**
 * Trains a sentence model, evaluates it and saves checkpoints.
 *
 * <p>Writes to the output directory: {@code last/} and {@code best/}, which are model directories
 * with a card ({@code README.md}) and the optimizer's state, {@code metrics.jsonl}, {@code
 * curves.csv} and {@code manifest.json}.
 *
 * <p>Confined to one thread, except {@link #stop}. The caller closes it, which frees the engine's
 * memory.
 *
 * @since 0.1.0
 */
public final class Trainer implements AutoCloseable {
  /** The number of batches prepared ahead of training. */
  private static final int AHEAD = 3;

  /** The number of steps between comparisons of the ranks' parameters. */
  private static final int COMPARED_EVERY = 100;

  private static final System.Logger LOG = System.getLogger(Trainer.class.getName());

  private final PlannedRun run;
  private final TrainingRanks ranks;
  private final TrainingEngine engine;
  private final RunDirectory directory;
  private final RunProgress progress;
  private final List<TrainingListener> listeners = new ArrayList<>();
  private volatile boolean stopping;

  /** The reason why it cannot train; empty before {@link #train}. */
  private String spent = "";

  private Trainer(PlannedRun run, TrainingEngine engine) {
    this.run = run;
    this.ranks = engine.ranks();
    this.engine = engine;
    this.directory = new RunDirectory(run.output());
    this.progress = new RunProgress(run.settings().metric());
    if (ranks.first()) {
      listeners.add(new MetricsLog(run.output(), run.settings().logSteps()));
    }
  }

  static Trainer open(PlannedRun run) {
    TrainingEngine engine = TrainingEngine.open(run);
    try {
      return new Trainer(run, engine);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /** Adds a listener; must be called before {@link #train}. */
  public Trainer listen(TrainingListener listener) {
    listeners.add(listener);
    return this;
  }

  /** Requests a stop after the current step; may be called from any thread. */
  public void stop() {
    stopping = true;
  }

  /**
   * Trains to the end, or until {@link #stop}; may be called once.
   *
   * @throws IllegalStateException if it has trained before, or is closed
   * @throws TrainingException if the loss or the gradient norm is not finite
   * @throws SimCseException if a row is malformed, or the last checkpoint cannot be saved
   */
  public TrainingResult train() {
    if (!spent.isEmpty()) {
      throw new IllegalStateException(
          "The trainer of %s %s; open another, which may resume the run."
              .formatted(run.output(), spent));
    }
    spent = "has trained already";
    try {
      return trainAndReport();
    } catch (RuntimeException | Error e) {
      ranks.failed("after step %d: %s".formatted(progress.step, e.getMessage()));
      throw e;
    }
  }

  private TrainingResult trainAndReport() {
    long begun = System.nanoTime();
    ranks.meet(); // no rank writes before every rank has checked the directory
    if (ranks.first()) {
      prepareOutput();
    }
    run.resumed().ifPresent(this::restore);
    compareRanks();
    tell(listener -> listener.started(info()));
    if (progress.step == 0) {
      evaluate();
    }
    trainSteps();
    if (progress.evaluatedAt != progress.step && !stopping) {
      evaluate();
    }
    compareRanks();
    if (progress.unsaved) {
      save();
    }
    boolean complete =
        progress.step == run.steps()
            && (run.evaluation().isEmpty() || progress.evaluatedAt == progress.step);
    TrainingResult result =
        new TrainingResult(
            run.output(),
            progress.step,
            progress.before,
            progress.last,
            run.evaluation().isEmpty() ? progress.savedAt : progress.bestStep,
            progress.best,
            (System.nanoTime() - begun) / 1e9,
            stopping && !complete);
    tell(listener -> listener.ended(result));
    return result;
  }

  private void compareRanks() {
    if (ranks.several()) {
      ranks.requireEqual(engine.checksum(), progress.step);
    }
  }

  private RunInfo info() {
    return new RunInfo(run.output(), run.steps(), progress.step, run.settings().logSteps());
  }

  private void prepareOutput() {
    directory.create();
    if (run.start() == OutputMode.OVERWRITE) {
      directory.clear();
    }
    RunManifest.write(
        run.output(), run.facts(), engine.environment(), run.resumed().map(TrainingState::step));
  }

  private void restore(TrainingState state) {
    requireRanks(state);
    engine.restore(directory.last());
    progress.restore(state);
    restoreBest();
    for (TrainingListener listener : listeners) {
      listener.restore(state.listeners().getOrDefault(listener.name(), Map.of()));
    }
    Map<String, String> now = engine.environment();
    state
        .environment()
        .forEach(
            (fact, before) -> {
              if (!before.equals(now.get(fact))) {
                LOG.log(
                    System.Logger.Level.WARNING,
                    "The run began with {0} = {1}, and continues with {2}: the numbers may differ in their last digits.",
                    fact,
                    before,
                    now.get(fact));
              }
            });
  }

  private void requireRanks(TrainingState state) {
    String before = state.environment().getOrDefault(Environment.RANKS, "1");
    if (run.start() != OutputMode.RESHARD && !before.equals(String.valueOf(ranks.count()))) {
      throw new InvalidInputException(
          "The run began with %s ranks and would continue with %d. The sum of the gradients is the same up to rounding, but native dropout draws other masks, and the mean is another: resume with %s ranks, or accept that with the output mode reshard."
              .formatted(before, ranks.count(), before));
    }
  }

  /**
   * Completes {@code best/} if the process was killed after saving {@code last/} and before {@code
   * best/}.
   */
  private void restoreBest() {
    if (!ranks.first()) {
      return;
    }
    directory.recoverBest();
    if (run.evaluation().isEmpty() || progress.bestStep == progress.step) {
      directory.saveBest();
    }
  }

  private void trainSteps() {
    TrainingSettings config = run.settings();
    try (BatchSource source = run.batches(progress.position);
        Prefetcher<PreparedBatch> batches =
            new Prefetcher<>("simcse-batches", AHEAD, engine.prepared(source, progress.step))) {
      while (progress.step < run.steps() && !stops()) {
        step(batches);
        if (progress.step % COMPARED_EVERY == 0) {
          compareRanks();
        }
        boolean evaluated = config.evalSteps() > 0 && progress.step % config.evalSteps() == 0;
        if (evaluated) {
          evaluate();
        }
        if (config.saveSteps() > 0 ? progress.step % config.saveSteps() == 0 : evaluated) {
          if (progress.unsaved && progress.failedAt != progress.step) {
            attempt(this::save);
          }
        }
      }
    }
  }

  /**
   * Returns whether to stop: if any rank was asked to, or the first has seen no improvement for too
   * long.
   */
  private boolean stops() {
    boolean told = ranks.any(stopping);
    if (told) {
      stopping = true;
    }
    return told || ranks.any(ranks.first() && stopsEarly());
  }

  private boolean stopsEarly() {
    return run.settings()
        .earlyStopping()
        .filter(patience -> progress.evaluationsWithoutBest >= patience)
        .isPresent();
  }

  private void step(Prefetcher<PreparedBatch> batches) {
    long begun = System.nanoTime();
    List<PreparedBatch> parts = new ArrayList<>();
    for (int i = 0; i < run.settings().gradientAccumulation(); i++) {
      parts.add(batches.next());
    }
    double rate = run.schedule().at(progress.step);
    ContrastiveStep.Result outcome = engine.step(parts, progress.step, rate);
    progress.step++;
    progress.unsaved = true;
    progress.position = parts.get(parts.size() - 1).examples().after();
    StepReport report =
        new StepReport(
            progress.step,
            run.steps(),
            progress.position.epoch() + (double) progress.position.rows() / run.preflight().rows(),
            outcome.terms(),
            rate,
            outcome.gradientNorm(),
            parts.stream().mapToInt(part -> part.examples().examples().size()).sum(),
            (System.nanoTime() - begun) / 1e9);
    Divergence.refuse(
        report,
        parts,
        run.preflight().path(),
        progress.savedAt < 0
            ? "none: nothing was saved yet"
            : directory.last() + " of step " + progress.savedAt);
    tell(listener -> listener.stepped(report));
  }

  private void evaluate() {
    if (run.evaluation().isEmpty()) {
      return;
    }
    Map<String, Double> metrics =
        run.evaluation().get().run(texts -> ranks.embed(texts, engine::embed));
    EvaluationReport report = progress.evaluated(metrics);
    tell(listener -> listener.evaluated(report));
    if (report.best() && !attempt(this::saveBest)) {
      progress.forgetBest();
    }
  }

  private void saveBest() {
    save();
    if (!ranks.first()) {
      return;
    }
    directory.saveBest();
    tell(listener -> listener.saved(directory.best()));
  }

  /** Runs a save; a failure is reported to the listeners, and training continues. */
  private boolean attempt(Runnable saving) {
    try {
      saving.run();
      return true;
    } catch (SimCseException | UncheckedIOException e) {
      progress.failedAt = progress.step;
      tell(listener -> listener.saveFailed(String.valueOf(e.getMessage())));
      return false;
    }
  }

  private void save() {
    if (!ranks.first()) {
      progress.unsaved = false;
      return;
    }
    Map<String, Map<String, String>> states = new LinkedHashMap<>();
    listeners.forEach(listener -> states.put(listener.name(), listener.state()));
    TrainingState state =
        progress.state(run.settings().values(), run.hashes(), engine.environment(), states);
    directory.save(
        folder -> {
          engine.save(folder);
          run.model().card(state).write(folder);
        },
        state);
    progress.savedAt = progress.step;
    if (run.evaluation().isEmpty()) {
      directory.saveBest(); // nothing tells them apart
    }
    progress.unsaved = false;
    tell(listener -> listener.saved(directory.last()));
  }

  private void tell(Consumer<TrainingListener> news) {
    listeners.forEach(news);
  }

  @Override
  public void close() {
    spent = "is closed";
    engine.close();
  }
}
