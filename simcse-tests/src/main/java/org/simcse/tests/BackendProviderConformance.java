package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Precision;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.error.BackendException;
import org.simcse.api.spi.BackendProvider;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.HostTensor;

/**
 * The rules P of the specification: how a backend is found, started and closed.
 *
 * @since 0.1.0
 */
public abstract class BackendProviderConformance extends BackendConformance {
  private static final Signature NUMBER = Signature.of(Signature.Input.floats("x"));
  private static final Computation TWICE =
      (pass, inputs) -> Map.of("y", Checks.named(inputs, "x").mul(2));

  /** For subclasses. */
  protected BackendProviderConformance() {}

  private BackendProvider provider() {
    return environment().provider();
  }

  /** If this fails, check {@code provides} in module-info and the name's letters. */
  @Rule("P-01")
  @Test
  public void isFoundByNameAndAlias() {
    Stream.concat(Stream.of(provider().name()), provider().aliases().stream())
        .forEach(
            name -> {
              assertThat(name).matches("[a-z][a-z0-9_@-]*");
              assertThat(Providers.backends(List.of()).get(name).getClass())
                  .isEqualTo(provider().getClass());
            });
    assertThat(provider().version()).isNotBlank();
  }

  /** If this fails, the declared and the actual capabilities differ. */
  @Rule("P-02")
  @Test
  public void lacksWhatItIsClaimedToLack() {
    assertThat(provider().lacks()).as("the provider's").isEqualTo(environment().lacks());
    assertThat(backend().lacks()).as("the backend's").isEqualTo(environment().lacks());
    assertThat(backend().name()).isEqualTo(provider().name());
    assertThat(backend().device().kind()).isNotEqualTo(DeviceKind.AUTO);
    assertThat(backend().device().description()).isNotBlank();
  }

  /**
   * Runs in a separate JVM, where no other test has loaded anything. If this fails, a static
   * initialiser of the provider touches the engine.
   */
  @Rule("P-03")
  @Test
  @EnabledOnOs(OS.LINUX)
  public void askingTheProviderLoadsNoNativeCode() throws IOException, InterruptedException {
    String classPath =
        Stream.of("java.class.path", "jdk.module.path")
            .map(System::getProperty)
            .filter(path -> path != null && !path.isEmpty())
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                NativeCodeProbe.class.getName(),
                provider().getClass().getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(environment().limit().toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(output.strip()).as("what was loaded").isEmpty();
    assertThat(process.exitValue()).isZero();
  }

  /**
   * If this fails, {@code gpu} silently falls back to the CPU, or the message suggests no
   * alternative.
   */
  @Rule("P-04")
  @Test
  public void aGpuIsUsedOrRefusedWithAWayOut() {
    BackendConfig config = BackendConfig.defaults().withDevice(DeviceKind.GPU);
    try (Backend gpu = provider().create(config)) {
      assertThat(gpu.device().kind()).isEqualTo(DeviceKind.GPU);
    } catch (BackendException e) {
      assertThat(e.getMessage()).containsIgnoringCase(provider().name()).contains("cpu");
    }
  }

  /**
   * If this fails, something still works after close, or the message does not name what is closed.
   */
  @Rule("P-05")
  @Test
  public void closesTwiceAndRefusesUseAfterwards() {
    Backend closed = environment().start();
    Program program = closed.compile(TWICE, NUMBER);
    GradientBuffer buffer = closed.gradientBuffer();
    closed.close();
    closed.close();
    String name = "backend '" + provider().name() + "'";
    Map<String, HostTensor> inputs = Map.of("x", HostTensor.of(new double[] {1}));
    refused(() -> closed.compile(TWICE, NUMBER), name);
    refused(closed::gradientBuffer, name);
    refused(() -> closed.parameters().names(), name);
    refused(() -> closed.parameters().set("p", HostTensor.of(new double[] {1})), name);
    refused(() -> program.run(inputs), "closed");
    refused(buffer::read, "closed");
    buffer.close();
  }

  private static void refused(Runnable use, String words) {
    assertThatThrownBy(use::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(words, "closed");
  }

  /** If this fails, backends of one JVM share parameters or close each other. */
  @Rule("P-06")
  @Test
  public void severalBackendsMayBeOpen() {
    try (Backend first = environment().start()) {
      first.parameters().set("p", HostTensor.of(new double[] {1}));
      try (Backend second = environment().start()) {
        assertThat(second.parameters().names()).isEmpty();
      }
      assertThat(first.parameters().get("p").at(0)).isEqualTo(1);
    }
  }

  /** If this fails, {@code auto} is left unresolved, or resolved regardless of the device. */
  @Rule("P-08")
  @Test
  public void automaticPrecisionIsSettledWhenABackendIsCreated() {
    try (Backend auto = environment().start(config -> config.withPrecision(Precision.AUTO))) {
      boolean half = auto.device().nativeBfloat16() && !auto.lacks().contains(Capability.BFLOAT16);
      assertThat(auto.precision())
          .as("what auto means on " + auto.device())
          .isEqualTo(half ? Precision.BF16 : Precision.FP32);
    }
    try (Backend single = environment().start(config -> config.withPrecision(Precision.FP32))) {
      assertThat(single.precision()).isEqualTo(Precision.FP32);
    }
  }
}
