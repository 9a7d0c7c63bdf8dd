package org.simcse.tf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.simcse.api.error.BackendException;
import org.simcse.api.tensor.HostTensor;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;

/**
 * The sessions of programs that do not train, in which parameters are constant.
 *
 * <p>oneDNN's kernels read weights in layouts of their own. A product whose weights are constant
 * keeps them in the layout of its first run, and would not notice a change; others rearrange them
 * in every run. These sessions therefore live until parameters change. Their variables share the
 * memory of the parameters.
 *
 * <p>Runs may overlap. A small one is computed by one thread, an operation of a large one by
 * several.
 */
final class Inference implements AutoCloseable {
  /**
   * The number of rows from which oneDNN has one layout of weights, up to {@link #MAX_FEW}, and
   * another for fewer or more: {@code use_small_os_kernels} in its {@code
   * jit_brgemm_inner_product_utils.cpp}.
   */
  private static final int MIN_FEW = 7;

  /** Products of so few rows are also faster on one thread than on two. */
  private static final int MAX_FEW = 80;

  private final GraphSession graph;
  private final TensorFlowParameters parameters;
  private final int threads;
  private final Operation few;
  private final Operation many;
  private final ForkJoinPool workers;
  private Optional<Session> narrow = Optional.empty();
  private Optional<Session> wide = Optional.empty();

  /**
   * Opens no session yet.
   *
   * @param threads how many runs are computed at a time, and the number of threads of an operation
   *     of a large one
   */
  Inference(GraphSession graph, TensorFlowParameters parameters, int threads) {
    this.graph = graph;
    this.parameters = parameters;
    this.threads = threads;
    // A session has kernels of their own, with their own weights, for every set of targets.
    few = graph.builder("NoOp").build();
    many = graph.builder("NoOp").build();
    workers = workers(threads);
  }

  /**
   * Returns threads that never end: oneDNN's primitives belong to the thread that made them, and
   * are not freed with those of callers. The thread that ran last is the first to run again.
   */
  private static ForkJoinPool workers(int threads) {
    return new ForkJoinPool(
        threads,
        ForkJoinPool.defaultForkJoinWorkerThreadFactory,
        null,
        true,
        threads,
        threads,
        1,
        pool -> true,
        Integer.MAX_VALUE,
        TimeUnit.DAYS);
  }

  /**
   * Runs a program.
   *
   * @param rows the number of rows of most of its products
   * @param limit the most threads to use
   * @return copies of the fetches
   */
  List<HostTensor> run(Feeds feeds, List<Output<?>> fetches, long rows, int limit) {
    Session session = rows <= MAX_FEW || Math.min(limit, threads) == 1 ? narrow() : wide();
    List<Operation> layout = List.of(rows >= MIN_FEW && rows <= MAX_FEW ? few : many);
    try {
      return CompletableFuture.supplyAsync(
              () -> graph.run(session, feeds, fetches, layout), workers)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof BackendException failed) {
        throw failed;
      }
      throw e;
    }
  }

  private synchronized Session narrow() {
    Session session = narrow.orElseGet(() -> open(1));
    narrow = Optional.of(session);
    return session;
  }

  private synchronized Session wide() {
    Session session = wide.orElseGet(() -> open(threads));
    wide = Optional.of(session);
    return session;
  }

  private Session open(int intra) {
    Session session = graph.another(Devices.inference(intra));
    List<Variable> all = parameters.variables();
    Feeds feeds = new Feeds(); // closed with the results
    try (Result values = graph.results(all.stream().<Output<?>>map(Variable::read).toList())) {
      List<Operation> assignments = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        assignments.add(all.get(i).assignment(feeds, values.get(i)));
      }
      graph.run(session, feeds, List.of(), assignments);
    }
    return session;
  }

  /**
   * Closes the sessions and frees their weights: the next run reads the parameters anew. Called
   * under the exclusive lock.
   */
  synchronized void forget() {
    narrow.ifPresent(Session::close);
    wide.ifPresent(Session::close);
    narrow = Optional.empty();
    wide = Optional.empty();
  }

  @Override
  public void close() {
    forget();
    workers.shutdown();
  }
}
