package org.simcse.tests.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.simcse.api.DistributedGather;
import org.simcse.api.Encoder;
import org.simcse.api.HiddenStates;
import org.simcse.api.TokenBatch;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.PluginException;
import org.simcse.api.spi.EncoderProvider;
import org.simcse.api.spi.GatherProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.builtin.LocalGather;
import org.simcse.core.model.DryTrace;
import org.simcse.core.model.SentenceModel;

/** What a plugin does wrong names its provider and its jar, whenever it shows. */
class PluginFaultsTest {
  private static final String BLAME = "This is a fault of that jar; report it to its authors.";

  private record Encoders(Supplier<Encoder> made) implements EncoderProvider {
    @Override
    public String name() {
      return "faulty";
    }

    @Override
    public String description() {
      return "of the test";
    }

    @Override
    public Encoder create(ModelContext model, Options options) {
      return made.get();
    }
  }

  /** An encoder of H = 4 whose hidden states are made by somebody else. */
  private record Faulty(Optional<Supplier<Tensor>> states) implements Encoder {
    @Override
    public String parameterPrefix() {
      return "faulty.";
    }

    @Override
    public int hiddenSize() {
      return 4;
    }

    @Override
    public int maxTokens() {
      return 8;
    }

    @Override
    public int vocabularySize() {
      return 10;
    }

    @Override
    public int paddingId() {
      return 0;
    }

    @Override
    public double dropout() {
      throw new UnsupportedOperationException("nobody asks");
    }

    @Override
    public HiddenStates encode(ForwardPass pass, TokenBatch batch) {
      Tensor made = states.map(Supplier::get).orElse(batch.ids());
      return new HiddenStates() {
        @Override
        public int layers() {
          return 1;
        }

        @Override
        public Tensor layer(int index) {
          return made;
        }
      };
    }
  }

  private static Encoder encoder(Supplier<Encoder> made) {
    Options options = Options.of("faulty");
    return Providers.of("encoder", List.of(new Encoders(made)))
        .create(options, provider -> provider.create(ModelContext.of(Map.of()), options));
  }

  private static void assertBlamed(ThrowingCallable code, String kind, String what) {
    assertThatThrownBy(code)
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith("The %s 'faulty' of test-classes failed when ".formatted(kind))
        .hasMessageContaining(what)
        .hasMessageEndingWith(BLAME);
  }

  @Test
  @SuppressWarnings("NullAway") // a plugin may well give null
  void aProviderThatFailsOrGivesNothingIsNamed() {
    assertBlamed(
        () ->
            encoder(
                () -> {
                  throw new IllegalStateException("no licence");
                }),
        "encoder",
        "it was created: java.lang.IllegalStateException: no licence.");
    assertBlamed(() -> encoder(() -> null), "encoder", "the result is null");
  }

  @Test
  void whatAProviderSaysToUsersIsLeftAsItIs() {
    assertThatThrownBy(
            () ->
                encoder(
                    () -> {
                      throw new InvalidInputException("Relative positions are not supported.");
                    }))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("Relative positions are not supported.");
  }

  @Test
  void anEncoderThatFailsLaterIsNamed() {
    Encoder wrong = encoder(() -> new Faulty(Optional.empty()));
    assertBlamed(wrong::dropout, "encoder", "it described itself: ");
    assertBlamed(
        () -> trace(wrong),
        "encoder",
        "it was traced: its hidden states have the shape [B, T] instead of [B, T, 4]");
    Encoder failing =
        encoder(
            () ->
                new Faulty(
                    Optional.of(
                        () -> {
                          throw new IndexOutOfBoundsException("Index 7");
                        })));
    assertBlamed(() -> trace(failing), "encoder", "it was traced: java.lang.IndexOutOfBounds");
    assertThat(wrong.hiddenSize()).isEqualTo(4);
  }

  private static void trace(Encoder encoder) {
    DryTrace.of(
        (pass, inputs) -> Map.of("last", encoder.encode(pass, SentenceModel.batch(inputs)).last()),
        SentenceModel.signature());
  }

  private record Gathers(DistributedGather made) implements GatherProvider {
    @Override
    public String name() {
      return "faulty";
    }

    @Override
    public String description() {
      return "of the test";
    }

    @Override
    public DistributedGather create(Options options) {
      return made;
    }
  }

  /** Two ranks of which the other is never heard of. */
  private static final class Silent implements DistributedGather {
    private final DistributedGather local = new LocalGather();

    @Override
    public int rank() {
      return 0;
    }

    @Override
    public int worldSize() {
      return 2;
    }

    @Override
    public HostTensor allGather(HostTensor own) {
      return local.allGather(own);
    }

    @Override
    public void allReduceSum(List<HostTensor> tensors) {
      throw new ArrayStoreException("a fault");
    }

    @Override
    public void broadcast(List<HostTensor> tensors, int root) {}

    @Override
    public void barrier() {}

    @Override
    public void abort(int status, String why) {}

    @Override
    public void close() {}
  }

  @Test
  void aGatherThatFailsLaterIsNamed() {
    Options options = Options.of("faulty");
    DistributedGather gather =
        Providers.of("gather", List.of(new Gathers(new Silent())))
            .create(options, provider -> provider.create(options));
    assertBlamed(
        () -> gather.allGather(HostTensor.of(new float[6], 2, 3)),
        "gather",
        "allGather gave the shape [2, 3] instead of [4, 3]");
    assertBlamed(() -> gather.allReduceSum(List.of()), "gather", "ArrayStoreException: a fault");
  }
}
