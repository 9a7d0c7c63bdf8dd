package org.simcse.tests;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.simcse.api.engine.Capability;
import org.simcse.api.spi.HeadProvider;
import org.simcse.core.builtin.SimCseHeadProvider;
import org.simcse.tests.golden.CurveConformance;
import org.simcse.tests.golden.EncoderConformance;
import org.simcse.tests.golden.HalfPrecisionConformance;
import org.simcse.tests.golden.MaskedLanguageModelConformance;
import org.simcse.tests.golden.MemoryConformance;
import org.simcse.tests.golden.ModelConformance;
import org.simcse.tests.golden.OptimizerConformance;
import org.simcse.tests.golden.PortableDropoutConformance;

/**
 * The complete conformance suite of a backend: the one class that its author extends.
 *
 * <pre>{@code
 * class MyBackendConformanceTest extends BackendSuite {
 *   @Override protected TestEnvironment environment() { return TestEnvironment.of("mine"); }
 * }
 * }</pre>
 *
 * <p>Every level is a nested class with a tag, in the order in which a backend is best implemented:
 * {@code -Dgroups=tensor-ops} runs one level, {@code -Dgroups="program | gradient"} two. Levels
 * that train are skipped, with a message, if the backend is declared to lack gradients or dropout;
 * rules that it is known to break are listed with {@link Untested}. Run each engine in a separate
 * JVM: levels measure the memory of the process, and engines share threads and libraries.
 *
 * @since 0.1.0
 */
public abstract class BackendSuite {
  /** For subclasses. */
  protected BackendSuite() {}

  /** Returns the backend under test, the capabilities it is declared to lack, and tolerances. */
  protected abstract TestEnvironment environment();

  private TestEnvironment training() {
    return environment().needing(Capability.GRADIENTS, Capability.DROPOUT);
  }

  /** How the backend is found, started and closed. */
  @Nested
  @Tag("backend-provider")
  public class BackendProviderLevel extends BackendProviderConformance {
    @Override
    protected TestEnvironment environment() {
      return BackendSuite.this.environment();
    }
  }

  /** Every operation in isolation. */
  @Nested
  @Tag("tensor-ops")
  public class TensorOpsLevel extends TensorOpsConformance {
    @Override
    protected TestEnvironment environment() {
      return BackendSuite.this.environment();
    }
  }

  /** Programs, inputs, parameters and dropout. */
  @Nested
  @Tag("program")
  public class ProgramLevel extends ProgramConformance {
    @Override
    protected TestEnvironment environment() {
      return BackendSuite.this.environment();
    }
  }

  /** Several threads on one backend. */
  @Nested
  @Tag("concurrency")
  public class ConcurrencyLevel extends ConcurrencyConformance {
    @Override
    protected TestEnvironment environment() {
      return BackendSuite.this.environment();
    }
  }

  /** Golden hidden states and vectors. */
  @Nested
  @Tag("encoder")
  public class EncoderLevel extends EncoderConformance {
    @Override
    protected TestEnvironment environment() {
      return BackendSuite.this.environment();
    }
  }

  /** Gradients and their buffers. */
  @Nested
  @Tag("gradient")
  public class GradientLevel extends GradientConformance {
    @Override
    protected TestEnvironment environment() {
      return BackendSuite.this.environment();
    }
  }

  /** The contrastive head {@code simcse}. */
  @Nested
  @Tag("head")
  public class HeadLevel extends ContrastiveHeadConformance {
    @Override
    protected HeadProvider provider() {
      return new SimCseHeadProvider();
    }

    @Override
    protected TestEnvironment environment() {
      return BackendSuite.this.environment();
    }
  }

  /** Golden losses and gradients. */
  @Nested
  @Tag("model")
  public class ModelLevel extends ModelConformance {
    @Override
    protected TestEnvironment environment() {
      return training();
    }
  }

  /** Golden losses and gradients with masked language modelling. */
  @Nested
  @Tag("masked-language-model")
  public class MaskedLanguageModelLevel extends MaskedLanguageModelConformance {
    @Override
    protected TestEnvironment environment() {
      return training();
    }
  }

  /** Golden steps of AdamW. */
  @Nested
  @Tag("optimizer")
  public class OptimizerLevel extends OptimizerConformance {
    @Override
    protected TestEnvironment environment() {
      return training();
    }
  }

  /** A hundred golden steps. */
  @Nested
  @Tag("curve")
  public class CurveLevel extends CurveConformance {
    @Override
    protected TestEnvironment environment() {
      return training();
    }
  }

  /** Golden losses of a queue of negatives and a momentum encoder. */
  @Nested
  @Tag("memory")
  public class MemoryLevel extends MemoryConformance {
    @Override
    protected TestEnvironment environment() {
      return training();
    }
  }

  /** Portable dropout masks. */
  @Nested
  @Tag("portable-dropout")
  public class PortableDropoutLevel extends PortableDropoutConformance {
    @Override
    protected TestEnvironment environment() {
      return training();
    }
  }

  /** The trainer, from start to resumption. */
  @Nested
  @Tag("trainer")
  public class TrainerLevel extends TrainerConformance {
    @Override
    protected TestEnvironment environment() {
      return training();
    }
  }

  /** Products in {@code BFLOAT16}. */
  @Nested
  @Tag("half-precision")
  public class HalfPrecisionLevel extends HalfPrecisionConformance {
    @Override
    protected TestEnvironment environment() {
      return BackendSuite.this.environment();
    }
  }

  /** Memory use stays constant. */
  @Nested
  @Tag("resource")
  public class ResourceLevel extends ResourceConformance {
    @Override
    protected TestEnvironment environment() {
      return BackendSuite.this.environment();
    }
  }
}
