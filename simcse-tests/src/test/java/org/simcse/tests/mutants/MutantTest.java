package org.simcse.tests.mutants;

import static org.simcse.tests.mutants.RuleRunner.assertCaught;
import static org.simcse.tests.mutants.RuleRunner.assertMutantCaught;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.simcse.api.AuxiliaryLoss;
import org.simcse.api.DistributedGather;
import org.simcse.api.Encoder;
import org.simcse.api.Pooler;
import org.simcse.api.PoolingContext;
import org.simcse.api.TokenSequence;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;
import org.simcse.tests.DistributedGatherConformance;
import org.simcse.tests.LoopbackGather;
import org.simcse.tests.PoolerConformance;
import org.simcse.tests.TestEnvironment;
import org.simcse.tests.golden.DistributedStepConformance;
import org.simcse.tests.golden.MaskedLanguageModelConformance;

/**
 * Who watches the watchmen: each fault is caught by the rule meant for it, with a message to act
 * on.
 */
class MutantTest {
  @Test
  void softmaxOverTheWrongAxis() {
    assertMutantCaught(
        Mutants.SoftmaxOverTheWrongAxis.class,
        "O-02",
        "softmax over the last axis at",
        "should be");
  }

  @Test
  void reshapeThatTransposes() {
    assertMutantCaught(
        Mutants.ReshapeThatTransposes.class, "O-01", "reshape that joins at", "should be");
  }

  @Test
  void refusalWithoutTheCapabilitysName() {
    assertMutantCaught(
        Mutants.RefusalWithoutTheCapabilitysName.class,
        "G-14",
        "a cast to BFLOAT16",
        "UnsupportedCapabilityException");
  }

  @Test
  void dropoutActiveInEvaluation() {
    assertMutantCaught(
        Mutants.DropoutActiveInEvaluation.class, "G-12", "the output of dropout in evaluation");
  }

  @Test
  void staleParameterInACompiledProgram() {
    assertMutantCaught(
        Mutants.StaleParameter.class, "G-04", "y after a parameter was set", "should be 5.0");
    assertMutantCaught(Mutants.StaleParameter.class, "U-05", "y after an update");
  }

  @Test
  void unknownNamesFrozen() {
    assertMutantCaught(
        ContractMutants.UnknownNamesFrozen.class, "G-18", "freezing an unknown parameter");
  }

  @Test
  void precisionLeftOpen() {
    assertMutantCaught(
        ContractMutants.PrecisionLeftOpen.class, "P-08", "what auto means on", "AUTO");
  }

  @Test
  void integersNarrowed() {
    assertMutantCaught(ContractMutants.IntegersNarrowed.class, "G-16", "setting p to integers");
  }

  @Test
  void truthValuesHandedOut() {
    assertMutantCaught(
        ContractMutants.TruthValuesHandedOut.class, "G-17", "compiling an output of truth values");
  }

  @Test
  void answersAfterClose() {
    assertMutantCaught(ContractMutants.AnswersAfterClose.class, "G-15", "a run after close");
  }

  @Test
  void trainabilitySettledAtTheFirstRun() {
    assertMutantCaught(
        ContractMutants.TrainabilitySettledAtTheFirstRun.class,
        "G-25",
        "gradients of what was trainable when the program was compiled",
        "dense.bias");
  }

  @Test
  void foreignBuffersIgnored() {
    assertMutantCaught(
        ContractMutants.ForeignBuffersIgnored.class,
        "G-29",
        "differentiating with a buffer of another backend");
  }

  @Test
  void gradientAccumulatedAcrossSteps() {
    assertMutantCaught(
        Mutants.GradientAccumulatedAcrossSteps.class,
        "G-23",
        "the gradient of dense.bias",
        "should be");
  }

  @Test
  void rowsNumbersIgnoredByPortableDropout() {
    assertMutantCaught(
        Mutants.RowsNumbersIgnored.class, "K-01", "row 5 at", "of layer.#1, drawn as");
    assertMutantCaught(Mutants.RowsNumbersIgnored.class, "K-02", "[row 2]");
  }

  @Test
  void decayBeforeTheUpdate() {
    assertMutantCaught(
        OptimizerMutants.DecayBeforeTheUpdate.class, "U-01", "adamw-hf-wd0.01", "step 1");
  }

  @Test
  void clipPerTensor() {
    assertMutantCaught(OptimizerMutants.ClipPerTensor.class, "U-03", "loss of step");
  }

  @Test
  void handleLeakedPerStep() {
    assertMutantCaught(
        Mutants.HandleLeakedPerStep.class,
        "R-01",
        "Resident memory grows without end: over each 200 steps");
  }

  @Test
  void maskIgnored() {
    assertCaught(Maskless.class, "L-02", "the vectors with five columns of padding", "should be");
    assertCaught(Maskless.class, "L-07", "the vectors of a packed batch", "should be");
  }

  @Test
  void anotherRanksSliceUsed() {
    assertCaught(WrongSlice.class, "D-06", "the sum of the ranks' gradients of dense.weight");
  }

  @Test
  void anotherRanksSliceUsedInAStep() {
    assertCaught(WrongSliceOfAStep.class, "D-11", "bert-gather2-pairs SUM: the gradient of");
  }

  @Test
  void gradientOfTheLossesOwnParametersCountedOnceARank() {
    assertCaught(OwnParameters.class, "D-12", "2 ranks: the gradient of similarity.scale at 0");
  }

  @Test
  void languageModelAveragedOverUnmaskedTokensToo() {
    assertCaught(AllTokens.class, "M-06", "bert-pairs-cls-mlm: mlm");
  }

  @Test
  void textsWrittenTwice() {
    assertCaught(Twice.class, "L-08", "the tokens added to a text of 4");
  }

  static class Twice extends PoolerConformance {
    @Override
    protected PoolerProvider provider() {
      return new PoolerProvider() {
        @Override
        public String name() {
          return "twice";
        }

        @Override
        public String description() {
          return "the first token of a text that is written twice";
        }

        @Override
        public Pooler create(ModelContext model, Options options) {
          return new Pooler() {
            @Override
            public Tensor pool(ForwardPass pass, PoolingContext pooling) {
              return pooling.states().firstToken();
            }

            @Override
            public TokenSequence prepare(TokenSequence tokens) {
              int[] ids =
                  IntStream.concat(IntStream.of(tokens.ids()), IntStream.of(tokens.ids()))
                      .toArray();
              return new TokenSequence(ids, new int[ids.length]);
            }
          };
        }
      };
    }
  }

  static class Maskless extends PoolerConformance {
    @Override
    protected PoolerProvider provider() {
      return new PoolerProvider() {
        @Override
        public String name() {
          return "maskless";
        }

        @Override
        public String description() {
          return "the mean over every column";
        }

        @Override
        public Pooler create(ModelContext model, Options options) {
          return (pass, pooling) -> pooling.states().last().mean(1);
        }
      };
    }
  }

  static class WrongSlice extends DistributedGatherConformance {
    @Override
    protected List<DistributedGather> join(int worldSize) {
      return LoopbackGather.world(worldSize, Duration.ofMillis(300)).stream()
          .<DistributedGather>map(Mutants.AnotherRanksSlice::new)
          .toList();
    }
  }

  static class WrongSliceOfAStep extends DistributedStepConformance {
    @Override
    protected List<DistributedGather> join(int worldSize) {
      return LoopbackGather.world(worldSize, Duration.ofSeconds(30)).stream()
          .<DistributedGather>map(Mutants.AnotherRanksSlice::new)
          .toList();
    }
  }

  static class OwnParameters extends DistributedStepConformance {
    @Override
    protected List<DistributedGather> join(int worldSize) {
      return LoopbackGather.world(worldSize, Duration.ofSeconds(30));
    }

    @Override
    protected TestEnvironment environment() {
      return RuleRunner.MutantSuite.of(new Mutants.OwnParametersCountedOnceARank());
    }
  }

  static class AllTokens extends MaskedLanguageModelConformance {
    @Override
    protected TestEnvironment environment() {
      return TestEnvironment.reference();
    }

    @Override
    protected AuxiliaryLoss term(Encoder encoder) {
      return new Mutants.AveragedOverAllTokens(super.term(encoder));
    }
  }
}
