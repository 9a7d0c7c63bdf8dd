package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.simcse.api.error.BackendException;
import org.simcse.api.error.InvalidInputException;

class FailuresTest {
  private final StringWriter errors = new StringWriter();

  private String report(Throwable e, int exitCode) {
    errors.getBuffer().setLength(0);
    assertThat(new Failures(new PrintWriter(errors, true), false).report(e)).isEqualTo(exitCode);
    return errors.toString().strip();
  }

  @Test
  void whatAUserCanActOnIsASentence() {
    assertThat(report(new InvalidInputException("Line 3 is damaged."), 2))
        .isEqualTo("simcse: Line 3 is damaged.");
    assertThat(report(new BackendException("No GPU."), 1)).isEqualTo("simcse: No GPU.");
  }

  @Test
  void failuresOfReadingAndWritingAreSentences() {
    assertThat(report(new IOException("Input/output error"), 1))
        .isEqualTo("simcse: Reading or writing failed: Input/output error.");
    assertThat(report(new UncheckedIOException(new NoSuchFileException("a.txt")), 1))
        .isEqualTo("simcse: a.txt: it does not exist.");
    assertThat(report(new AccessDeniedException("a.txt"), 1))
        .isEqualTo("simcse: a.txt: permission is denied.");
    assertThat(report(new UncheckedIOException("a.txt cannot be read: why.", new IOException()), 1))
        .isEqualTo("simcse: a.txt cannot be read: why.");
  }

  @Test
  void runningOutOfMemorySaysWhichAndWhatToDo() {
    assertThat(report(new OutOfMemoryError("Java heap space"), 1))
        .contains("heap", "SIMCSE_JAVA_OPTS=-Xmx")
        .hasLineCount(1);
    Throwable direct =
        new OutOfMemoryError("Cannot reserve 9 bytes of direct buffer memory (limit: 8)");
    assertThat(report(new BackendException("It failed.", direct), 1))
        .contains("Cannot reserve 9 bytes", "SIMCSE_JAVA_OPTS=-XX:MaxDirectMemorySize=")
        .hasLineCount(1);
    assertThat(report(new OutOfMemoryError("unable to create native thread: possibly"), 1))
        .contains("ulimit -u")
        .hasLineCount(1);
  }

  @Test
  void anEngineThatRunsOutOfMemorySaysWhatToDo() {
    // As libtorch and TensorFlow 2.18 said it.
    String torch =
        """
        The following operation failed in the TorchScript interpreter.
        RuntimeError: [enforce fail at alloc_cpu.cpp:119] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 805306368 bytes.
        """;
    assertThat(report(new IllegalStateException(torch), 1))
        .contains("tried to allocate 805306368 bytes", "--batch-tokens")
        .hasLineCount(1);
    String tensorflow =
        "TensorFlow could not run the program: OOM when allocating tensor with shape[2048,12]";
    assertThat(report(new BackendException(tensorflow), 1))
        .contains("shape[2048,12]", "--batch-tokens", "--micro-batch")
        .hasLineCount(1);
  }

  @Test
  void nativeCodeThatDoesNotLoadSaysWhatToDo() {
    assertThat(report(new UnsatisfiedLinkError("libx.so: file too short"), 1))
        .contains("libx.so: file too short", "Install simcse again")
        .hasLineCount(1);
    assertThat(report(new NoClassDefFoundError("Could not initialize class X"), 1))
        .contains("Could not initialize class X")
        .hasLineCount(1);
    assertThat(report(new BackendException("Add the jar.", new UnsatisfiedLinkError("x")), 1))
        .isEqualTo("simcse: Add the jar.");
  }

  @Test
  void theRestIsADefectWithItsStackTrace() {
    assertThat(report(new IllegalStateException("oops"), 1))
        .startsWith("simcse: this is a defect")
        .contains("at org.simcse.cli.FailuresTest");
    assertThat(report(new NoSuchMethodError("of an older version"), 1)).contains("defect");
  }
}
