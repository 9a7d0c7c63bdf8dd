package org.simcse.api.engine;

import java.util.Map;
import java.util.function.BiConsumer;
import org.simcse.api.tensor.HostTensor;

/**
 * A tape over an engine's run; for backend authors. Checks what {@link Tape} promises, and leaves
 * the gradients to the engine.
 *
 * @param <G> the engine's gradient buffer
 * @since 0.1.0
 */
public final class RecordedTape<G extends Lifecycle.Part> implements Tape {
  private final Lifecycle lifecycle;
  private final Map<String, HostTensor> outputs;
  private final Class<G> buffers;
  private final BiConsumer<Map<String, HostTensor>, G> pullback;
  private final Runnable release;
  private boolean pulled;

  /**
   * Creates a tape.
   *
   * @param lifecycle its own, a child of the backend's
   * @param outputs the outputs by name
   * @param buffers the engine's class of gradient buffers
   * @param pullback adds the gradients of {@code Σ output * upstream} to a buffer; called at most
   *     once, under the exclusive lock, with names of outputs only
   * @param release frees what is kept; called at most once, under the exclusive lock, unless the
   *     backend has been closed before
   */
  public RecordedTape(
      Lifecycle lifecycle,
      Map<String, HostTensor> outputs,
      Class<G> buffers,
      BiConsumer<Map<String, HostTensor>, G> pullback,
      Runnable release) {
    this.lifecycle = lifecycle;
    this.outputs = Map.copyOf(outputs);
    this.buffers = buffers;
    this.pullback = pullback;
    this.release = release;
  }

  @Override
  public Map<String, HostTensor> outputs() {
    return outputs;
  }

  @Override
  public void pull(Map<String, HostTensor> upstream, GradientBuffer into) {
    G buffer = lifecycle.own(buffers, into, "gradient buffer");
    lifecycle.exclusive(
        () -> {
          buffer.lifecycle().exclusive(() -> {}); // is open
          for (String name : upstream.keySet()) {
            if (!outputs.containsKey(name)) {
              throw new IllegalArgumentException(
                  "The tape has no output %s, only %s.".formatted(name, outputs.keySet()));
            }
          }
          if (pulled) {
            throw new IllegalStateException("A gradient was pulled through this tape before.");
          }
          pulled = true;
          pullback.accept(upstream, buffer);
        });
  }

  @Override
  public void close() {
    lifecycle.close(release);
  }
}
