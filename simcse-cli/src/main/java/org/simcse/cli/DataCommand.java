package org.simcse.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.simcse.api.error.SimCseException;
import org.simcse.core.evaluate.data.DataDirectory;
import org.simcse.core.evaluate.data.DataFile;
import org.simcse.core.evaluate.data.DataFile.State;
import org.simcse.core.evaluate.data.SentEvalData;
import org.simcse.core.hub.Hub;
import org.simcse.core.hub.HubSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simcse data}. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    description = "Fetch and check the data of evaluations.",
    footerHeading = "%nExamples:%n",
    footer = {"  simcse data fetch --to data/senteval", "  simcse data check data/senteval"})
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing: fetch or check.");
  }

  @Command(
      name = "fetch",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Fetch SentEval's data as SimCSE's authors publish them: STS12 to STS16, STS-B, SICK, MR, CR, SUBJ, MPQA, SST-2, TREC and MRPC.",
        "Files that are there already and right are left alone. If nothing can be fetched, the files to place by hand are listed. The data have terms of their own."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  simcse data fetch --to data/senteval",
        "  simcse data fetch --to data/senteval --archive senteval.tar"
      })
  int fetch(
      @Option(
              names = "--to",
              required = true,
              paramLabel = "DIR",
              description = "Directory for the files, as evaluate --data takes it.")
          Path to,
      @Option(
              names = "--archive",
              paramLabel = "FILE",
              description = "The archive, if it is on this machine, instead of fetching it.")
          Optional<Path> archive,
      @Option(names = "--overwrite", description = "Replace files that are not those of SentEval.")
          boolean overwrite,
      @Mixin OutputOptions say) {
    DataDirectory data = new DataDirectory(to, SentEvalData.files());
    Map<DataFile, State> states = data.states();
    Set<DataFile> different = having(State.DIFFERENT, states);
    if (!different.isEmpty() && !overwrite) {
      throw new SimCseException(
          "%s has files with another content than SentEval's: %s. They were left alone; move them away, or replace them with --overwrite."
              .formatted(
                  to, different.stream().map(DataFile::path).collect(Collectors.joining(", "))));
    }
    Set<DataFile> wanted = having(State.MISSING, states);
    wanted.addAll(different);
    if (!wanted.isEmpty()) {
      data.install(archive.orElseGet(() -> fetched(to, states, say)), wanted);
    }
    spec.commandLine()
        .getOut()
        .printf("%s holds all %d files, %d of them new.%n", to, states.size(), wanted.size());
    return ExitCode.DONE;
  }

  private Path fetched(Path to, Map<DataFile, State> states, OutputOptions say) {
    HubSettings settings = HubSettings.of(System.getenv());
    try {
      return new Hub(settings, new HubOptions.Bar(say))
          .file(SentEvalData.REPOSITORY, SentEvalData.ARCHIVE);
    } catch (SimCseException e) {
      list(states);
      throw new SimCseException(
          "%s Place the missing files listed above in %s; or fetch %s of https://huggingface.co/datasets/%s elsewhere, and name it with --archive."
              .formatted(e.getMessage(), to, SentEvalData.ARCHIVE, SentEvalData.REPOSITORY.id()),
          e);
    }
  }

  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description =
          "List the files of SentEval's data with size and SHA-256, and whether a directory has them. The exit code is 1 if it has not.",
      footerHeading = "%nExample:%n",
      footer = "  simcse data check data/senteval")
  int check(
      @Parameters(paramLabel = "DIR", description = "Directory, as evaluate --data takes it.")
          Path directory) {
    Map<DataFile, State> states = new DataDirectory(directory, SentEvalData.files()).states();
    list(states);
    int right = having(State.RIGHT, states).size();
    spec.commandLine().getOut().printf("%d of %d files are right.%n", right, states.size());
    return right == states.size() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void list(Map<DataFile, State> states) {
    PrintWriter out = spec.commandLine().getOut();
    states.forEach(
        (file, state) ->
            out.printf(
                "%-9s %9d  %s  %s%n",
                state.name().toLowerCase(Locale.ROOT), file.size(), file.sha256(), file.path()));
  }

  private static Set<DataFile> having(State state, Map<DataFile, State> states) {
    return states.keySet().stream()
        .filter(file -> states.get(file) == state)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
