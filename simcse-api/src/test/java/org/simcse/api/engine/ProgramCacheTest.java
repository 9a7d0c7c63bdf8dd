package org.simcse.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;

class ProgramCacheTest {
  private static final Signature NOTHING = Signature.of();

  private record Model(int number) implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      return Map.of();
    }
  }

  /** Its identity is all that counts. */
  private static final class Empty implements Program {
    @Override
    public Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed) {
      return Map.of();
    }

    @Override
    public Tape record(Map<String, HostTensor> inputs, long seed) {
      throw new AssertionError("not run");
    }

    @Override
    public Results valueAndGradients(
        Map<String, HostTensor> inputs, long seed, GradientBuffer into) {
      return new Results(Map.of(), Map.of());
    }
  }

  private static final class Slot implements ParameterTable.Device<HostTensor> {
    @Override
    public HostTensor create(String name, HostTensor value) {
      return value;
    }

    @Override
    public HostTensor zeros(String name, long... shape) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(HostTensor tensor, HostTensor value) {}

    @Override
    public HostTensor read(HostTensor tensor) {
      return tensor;
    }
  }

  private final Lifecycle lifecycle = Lifecycle.of("backend 'empty'");
  private final ParameterTable<HostTensor> parameters =
      new ParameterTable<>(lifecycle, 1, new Slot());
  private final ProgramCache<Empty> cache =
      new ProgramCache<>(lifecycle, parameters, (computation, signature) -> new Empty());

  @Test
  void anEqualComputationWithAnEqualSignatureIsOneProgram() {
    Empty program = cache.get(new Model(1), NOTHING);
    assertThat(cache.get(new Model(1), Signature.of())).isSameAs(program);
    assertThat(cache.get(new Model(2), NOTHING)).isNotSameAs(program);
    assertThat(cache.get(new Model(1), NOTHING.whileTraining())).isNotSameAs(program);
  }

  @Test
  void aProgramIsForTheParametersThatWereTrainable() {
    parameters.set("p", HostTensor.of(new double[1]));
    Empty program = cache.get(new Model(1), NOTHING);
    parameters.setTrainable("p", false);
    Empty frozen = cache.get(new Model(1), NOTHING);
    assertThat(frozen).isNotSameAs(program);
    parameters.setTrainable("p", true);
    assertThat(cache.get(new Model(1), NOTHING)).isSameAs(program);
  }

  @Test
  void whatIsCompiledIsFoundWhileOthersRun() {
    Empty program = cache.get(new Model(1), NOTHING);
    Empty found =
        lifecycle.shared(
            () ->
                CompletableFuture.supplyAsync(() -> cache.get(new Model(1), NOTHING))
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join());
    assertThat(found).isSameAs(program);
  }

  @Test
  void aComputationThatFailsIsTriedAgain() {
    int[] tries = new int[1];
    ProgramCache<Empty> failing =
        new ProgramCache<>(
            lifecycle,
            parameters,
            (computation, signature) -> {
              if (tries[0]++ == 0) {
                throw new IllegalArgumentException("once");
              }
              return new Empty();
            });
    assertThatThrownBy(() -> failing.get(new Model(1), NOTHING)).hasMessage("once");
    assertThat(failing.get(new Model(1), NOTHING)).isNotNull();
  }
}
