package org.simcse.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.evaluate.StsProtocol;
import org.simcse.core.evaluate.StsSuite;
import picocli.CommandLine.Option;

/** Options for the published evaluation sets. */
final class BenchmarkOptions {
  private static final String STS = "sts";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Directory of SentEval's data, which holds STS and SICK, or one with a folder per task.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--tasks",
      paramLabel = "NAME",
      split = ",",
      description = "Tasks to evaluate: sts, or names such as STS12,STS-B,SICK-R; default: sts.")
  private List<String> tasks = List.of(STS);

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description =
          "Which pairs a task consists of and how texts are read: simcse, for the seven tasks of SimCSE's tables, or mteb, for those of MTEB(eng, v2); default: simcse.")
  private Protocol protocol = Protocol.SIMCSE;

  @Option(
      names = "--mode",
      paramLabel = "NAME",
      description =
          "test; dev, for the development sets of STS-B and SICK-R; or fasttest, which is test for STS; default: test.")
  private Mode mode = Mode.TEST;

  /** The protocols that can be chosen by name. */
  enum Protocol {
    SIMCSE(StsProtocol.SIMCSE),
    MTEB(StsProtocol.MTEB);

    private final StsProtocol sts;

    Protocol(StsProtocol sts) {
      this.sts = sts;
    }
  }

  /** The reference's modes. */
  enum Mode {
    TEST,
    DEV,
    FASTTEST
  }

  Optional<Path> data() {
    return data;
  }

  StsProtocol protocol() {
    if (mode == Mode.DEV && protocol != Protocol.SIMCSE) {
      throw new InvalidInputException(
          "The mode dev is of the protocol simcse; leave out --protocol %s."
              .formatted(protocol.name().toLowerCase(Locale.ROOT)));
    }
    return mode == Mode.DEV ? StsProtocol.DEVELOPMENT : protocol.sts;
  }

  /** Reads the files of the tasks. */
  StsSuite suite() {
    List<String> names = tasks.contains(STS) ? List.of() : tasks;
    return StsSuite.read(data.orElseThrow(), protocol(), names);
  }
}
