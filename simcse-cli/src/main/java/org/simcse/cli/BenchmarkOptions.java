package org.simcse.cli;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.evaluate.StsProtocol;
import org.simcse.core.evaluate.StsSuite;
import org.simcse.core.evaluate.transfer.TransferSettings;
import org.simcse.core.evaluate.transfer.TransferSuite;
import org.simcse.core.evaluate.transfer.TransferTask;
import picocli.CommandLine.Option;

/** Options for the published evaluation sets. */
final class BenchmarkOptions {
  private static final String STS = "sts";
  private static final String TRANSFER = "transfer";
  private static final String FULL = "full";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Directory of SentEval's data, which holds STS, SICK, MR and so on, or, for STS, one with a folder per task.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--tasks",
      paramLabel = "NAME",
      split = ",",
      description =
          "Tasks to evaluate: sts, transfer, full for both, or names such as STS12,STS-B,MR,TREC; default: sts.")
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
          "test; fasttest, for transfer tasks with 5 folds instead of 10 and RMSprop instead of Adam; or dev, for the development sets of STS-B and SICK-R and the validation accuracy of transfer tasks, as in fasttest; default: test.")
  private Mode mode = Mode.TEST;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Seed of the folds and the classifiers of transfer tasks; default: 1111, which published figures have.")
  private int seed = TransferSettings.SEED;

  @Option(
      names = "--allow-other-data",
      description =
          "Accept files of transfer tasks that are not SentEval's, whose sizes and hashes are known.")
  private boolean allowOtherData;

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

  Mode mode() {
    return mode;
  }

  /** Returns how transfer tasks are evaluated, on a number of threads. */
  TransferSettings transferSettings(int threads) {
    TransferSettings settings =
        mode == Mode.TEST ? TransferSettings.full() : TransferSettings.fast();
    return settings.withSeed(seed).withThreads(threads);
  }

  /** Reads the files of the chosen STS tasks, if there are any. */
  Optional<StsSuite> sts() {
    List<String> names = tasks.stream().filter(name -> !isTransfer(name)).toList();
    names.stream().filter(name -> !isSts(name)).forEach(this::refuse);
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            StsSuite.read(
                data.orElseThrow(),
                protocol(),
                names.contains(STS) || names.contains(FULL) ? List.of() : names));
  }

  /** Reads the files of the chosen transfer tasks, if there are any. */
  Optional<TransferSuite> transfer() {
    Set<TransferTask> chosen = EnumSet.noneOf(TransferTask.class);
    tasks.forEach(name -> TransferTask.find(name).ifPresent(chosen::add));
    if (tasks.contains(TRANSFER) || tasks.contains(FULL)) {
      chosen.addAll(EnumSet.allOf(TransferTask.class));
    }
    return chosen.isEmpty()
        ? Optional.empty()
        : Optional.of(TransferSuite.read(data.orElseThrow(), chosen, allowOtherData));
  }

  private static boolean isTransfer(String name) {
    return name.equals(TRANSFER) || TransferTask.find(name).isPresent();
  }

  private boolean isSts(String name) {
    return name.equals(STS) || name.equals(FULL) || protocol().has(name);
  }

  private void refuse(String name) {
    throw new InvalidInputException(
        "There is no task '%s' in this evaluation; it has %s (sts), %s (transfer)."
            .formatted(
                name,
                String.join(", ", protocol().taskNames()),
                Stream.of(TransferTask.values())
                    .map(Enum::name)
                    .collect(Collectors.joining(", "))));
  }
}
