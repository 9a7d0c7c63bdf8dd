package org.simcse.tests.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.simcse.api.AuxiliaryLoss;
import org.simcse.api.DistributedGather;
import org.simcse.api.Encoder;
import org.simcse.api.Pooler;
import org.simcse.api.engine.Capability;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.tests.BackendProviderConformance;
import org.simcse.tests.DistributedGatherConformance;
import org.simcse.tests.GradientConformance;
import org.simcse.tests.LoopbackGather;
import org.simcse.tests.PoolerConformance;
import org.simcse.tests.ProgramConformance;
import org.simcse.tests.ResourceConformance;
import org.simcse.tests.Rule;
import org.simcse.tests.TensorOpsConformance;
import org.simcse.tests.TestEnvironment;
import org.simcse.tests.golden.CurveConformance;
import org.simcse.tests.golden.DistributedStepConformance;
import org.simcse.tests.golden.GoldenTolerance;
import org.simcse.tests.golden.MaskedLanguageModelConformance;
import org.simcse.tests.golden.OptimizerConformance;
import org.simcse.tests.golden.PortableDropoutConformance;

/**
 * Who watches the watchmen: each fault is caught by the rule meant for it, with a message to act
 * on.
 */
class MutantTest {
  @Test
  void softmaxOverTheWrongAxis() {
    assertCaught(WrongSoftmax.class, "O-02", "softmax over the last axis at", "should be");
  }

  @Test
  void reshapeThatTransposes() {
    assertCaught(WrongReshape.class, "O-01", "reshape that joins at", "should be");
  }

  @Test
  void refusalWithoutTheCapabilitysName() {
    assertCaught(
        NamelessRefusal.class, "G-14", "a cast to BFLOAT16", "UnsupportedCapabilityException");
  }

  @Test
  void dropoutActiveInEvaluation() {
    assertCaught(DropoutInEvaluation.class, "G-12", "the output of dropout in evaluation");
  }

  @Test
  void staleParameterInACompiledProgram() {
    assertCaught(StaleParameter.class, "G-04", "y after a parameter was set", "should be 5.0");
  }

  @Test
  void unknownNamesFrozen() {
    assertCaught(UnknownNames.class, "G-18", "freezing an unknown parameter");
  }

  @Test
  void precisionLeftOpen() {
    assertCaught(LeftOpen.class, "P-08", "what auto means on", "AUTO");
  }

  @Test
  void integersNarrowed() {
    assertCaught(Narrowed.class, "G-16", "setting p to integers");
  }

  @Test
  void truthValuesHandedOut() {
    assertCaught(TruthValues.class, "G-17", "compiling an output of truth values");
  }

  @Test
  void answersAfterClose() {
    assertCaught(AfterClose.class, "G-15", "a run after close");
  }

  @Test
  void trainabilitySettledAtTheFirstRun() {
    assertCaught(
        SettledLate.class,
        "G-25",
        "gradients of what was trainable when the program was compiled",
        "dense.bias");
  }

  @Test
  void foreignBuffersIgnored() {
    assertCaught(ForeignBuffers.class, "G-29", "differentiating with a buffer of another backend");
  }

  @Test
  void gradientAccumulatedAcrossSteps() {
    assertCaught(Accumulated.class, "G-23", "the gradient of dense.bias", "should be");
  }

  @Test
  void rowsNumbersIgnoredByPortableDropout() {
    assertCaught(RowsNumbersIgnored.class, "K-01", "row 5 at", "of layer.#1, drawn as");
    assertCaught(RowsNumbersIgnored.class, "K-02", "[row 2]");
  }

  @Test
  void decayBeforeTheUpdate() {
    assertCaught(EarlyDecay.class, "U-01", "adamw-hf-wd0.01", "step 1");
  }

  @Test
  void clipPerTensor() {
    assertCaught(ClipPerTensor.class, "U-03", "loss of step");
  }

  @Test
  void handleLeakedPerStep() {
    assertCaught(Leak.class, "R-01", "Resident memory grows without end: over each 200 steps");
  }

  @Test
  void maskIgnored() {
    assertCaught(Maskless.class, "L-02", "the vectors with five columns of padding", "should be");
  }

  @Test
  void anotherRanksSliceUsed() {
    assertCaught(WrongSlice.class, "D-06", "the sum of the ranks' gradients of dense.weight");
  }

  @Test
  void anotherRanksSliceUsedInAStep() {
    assertCaught(WrongSliceOfAStep.class, "D-11", "bert-gather2-pairs SUM rank 0: the gradient of");
  }

  @Test
  void gradientOfTheLossesOwnParametersCountedOnceARank() {
    assertCaught(OwnParameters.class, "D-12", "rank 0 of 2: the gradient of similarity.scale at 0");
  }

  @Test
  void languageModelAveragedOverUnmaskedTokensToo() {
    assertCaught(AllTokens.class, "M-06", "bert-pairs-cls-mlm: mlm");
  }

  /** Runs the tests of a rule alone; one of them fails and says all of the words. */
  static void assertCaught(Class<?> kit, String rule, String... words) {
    DiscoverySelector[] tests =
        Arrays.stream(kit.getMethods())
            .filter(method -> method.isAnnotationPresent(Rule.class))
            .filter(method -> List.of(method.getAnnotation(Rule.class).value()).contains(rule))
            .map(method -> selectMethod(kit, method))
            .toArray(DiscoverySelector[]::new);
    List<String> messages =
        EngineTestKit.engine("junit-jupiter")
            .selectors(tests)
            .execute()
            .testEvents()
            .failed()
            .map(MutantTest::message)
            .toList();
    assertThat(messages)
        .as("failures of rule %s", rule)
        .anySatisfy(message -> assertThat(message).contains(words));
  }

  private static String message(Event event) {
    return event
        .getRequiredPayload(TestExecutionResult.class)
        .getThrowable()
        .map(Throwable::toString)
        .orElse("");
  }

  private static TestEnvironment reference(Supplier<MutantBackend.Provider> mutant) {
    return TestEnvironment.of(mutant.get()).lacking(Capability.BFLOAT16);
  }

  static class RowsNumbersIgnored extends PortableDropoutConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(Mutants.RowsNumbersIgnored::new);
    }
  }

  static class EarlyDecay extends OptimizerConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(OptimizerMutants.DecayBeforeTheUpdate::new);
    }

    @Override
    protected GoldenTolerance tolerance() {
      return GoldenTolerance.DOUBLE;
    }
  }

  static class ClipPerTensor extends CurveConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(OptimizerMutants.ClipPerTensor::new);
    }
  }

  static class WrongSoftmax extends TensorOpsConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(Mutants.SoftmaxOverTheWrongAxis::new);
    }
  }

  static class WrongReshape extends TensorOpsConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(Mutants.ReshapeThatTransposes::new);
    }
  }

  static class NamelessRefusal extends ProgramConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(Mutants.RefusalWithoutTheCapabilitysName::new);
    }
  }

  static class DropoutInEvaluation extends ProgramConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(Mutants.DropoutActiveInEvaluation::new);
    }
  }

  static class StaleParameter extends ProgramConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(Mutants.StaleParameter::new);
    }
  }

  static class UnknownNames extends ProgramConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(ContractMutants.UnknownNamesFrozen::new);
    }
  }

  static class LeftOpen extends BackendProviderConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(ContractMutants.PrecisionLeftOpen::new);
    }
  }

  static class Narrowed extends ProgramConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(ContractMutants.IntegersNarrowed::new);
    }
  }

  static class TruthValues extends ProgramConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(ContractMutants.TruthValuesHandedOut::new);
    }
  }

  static class AfterClose extends ProgramConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(ContractMutants.AnswersAfterClose::new);
    }
  }

  static class SettledLate extends GradientConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(ContractMutants.TrainabilitySettledAtTheFirstRun::new);
    }
  }

  static class ForeignBuffers extends GradientConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(ContractMutants.ForeignBuffersIgnored::new);
    }
  }

  static class Accumulated extends GradientConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(Mutants.GradientAccumulatedAcrossSteps::new);
    }
  }

  static class Leak extends ResourceConformance {
    @Override
    protected TestEnvironment environment() {
      return reference(Mutants.HandleLeakedPerStep::new);
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
      return reference(Mutants.OwnParametersCountedOnceARank::new);
    }
  }

  static class AllTokens extends MaskedLanguageModelConformance {
    @Override
    protected TestEnvironment environment() {
      return TestEnvironment.of(TestEnvironment.REFERENCE);
    }

    @Override
    protected AuxiliaryLoss term(Encoder encoder) {
      return new Mutants.AveragedOverAllTokens(super.term(encoder));
    }
  }
}
