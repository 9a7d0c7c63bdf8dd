package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that need no model, in this process. */
class MainTest {
  @TempDir private Path directory = Path.of("");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter errors = new StringWriter();

  private int run(OutputStream standardOutput, String... arguments) {
    return Main.run(standardOutput, new PrintWriter(errors, true), arguments);
  }

  private static final class Broken extends OutputStream {
    private final String why;
    private int attempts;

    Broken(String why) {
      this.why = why;
    }

    @Override
    public void write(int value) throws IOException {
      attempts++;
      throw new IOException(why);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "--version",
        "help",
        "help train",
        "embed --help",
        "generate-completion",
        "backends",
        "poolers",
        "heads",
        "model info",
        "model info --help",
        "data fetch --help",
        "train --print-config",
      })
  void everyCommandNoticesThatItsOutputCannotBeWritten(String command) {
    Broken full = new Broken("No space left on device");
    assertThat(run(full, command.split(" "))).isEqualTo(1);
    assertThat(errors)
        .hasToString(
            "simcse: Standard output cannot be written: No space left on device."
                + System.lineSeparator());
    assertThat(full.attempts).as("writes after the failure").isEqualTo(1);
    errors.getBuffer().setLength(0);

    assertThat(run(new Broken("Broken pipe"), command.split(" "))).isZero();
    assertThat(errors.toString()).isEmpty();

    assertThat(run(out, command.split(" "))).isZero();
    assertThat(out.size()).as("bytes written where there is room").isPositive();
    assertThat(errors.toString()).isEmpty();
  }

  @Test
  void aDryRunNoticesThatItsOutputCannotBeWritten() throws IOException {
    Path texts = Files.writeString(directory.resolve("texts.txt"), "one\ntwo\nthree\nfour\n");
    String[] command = {"train", "--dry-run", "--train-file", texts.toString()};
    assertThat(run(out, command)).as(errors.toString()).isZero();
    assertThat(run(new Broken("No space left on device"), command)).isEqualTo(1);
    assertThat(errors.toString()).contains("No space left on device").doesNotContain("defect");
  }

  @Test
  void allFilesOfARunThatAreMissingAreNamed() {
    String[] files = {directory.resolve("a.csv").toString(), directory.resolve("b.csv").toString()};
    assertThat(run(out, "train", "--dry-run", "--train-file", files[0], "--eval-file", files[1]))
        .isEqualTo(2);
    assertThat(errors.toString().strip())
        .isEqualTo("simcse: The files %s, %s do not exist.".formatted(files[0], files[1]));
  }

  @Test
  void aClosedStandardOutputIsSaid() {
    assertThat(run(new Broken("Bad file descriptor"), "--version")).isEqualTo(1);
    assertThat(errors.toString().strip())
        .isEqualTo("simcse: Standard output cannot be written: it is closed.");
  }

  @Test
  void aTextMayBeginWithAnAtOrADash() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "of other texts");
    PrintWriter writer = new PrintWriter(errors);
    List<String> texts =
        Main.commandLine(writer, writer, new Failures(writer, false))
            .parseArgs("embed", "@" + file, "--", "-5", "--model", "@" + file)
            .subcommand()
            .matchedPositionals()
            .get(0)
            .originalStringValues();
    assertThat(texts).containsExactly("@" + file, "-5", "--model", "@" + file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          embed;-5 degrees                    | There is no option '-5 degrees'. A text that begins with - goes after --, as in: simcse embed -- '-5 degrees'
          similarity;a;-very good             | There is no option '-very good'. A text that begins with - goes after --, as in: simcse similarity -- '-very good'
          embed;--modl;x                      | There is no option '--modl'. Did you mean --model? A text that begins with - goes after --, as in: simcse embed -- '--modl'
          backends;--nope                     | There is no option '--nope'. See simcse backends --help.
          embedd;x                            | There is no command 'embedd'. Did you mean embed? See simcse --help.
          convert;a;b;--to;simcse;--legacy    | --legacy is for --to sentence-transformers alone.
          convert;a;b;--to;pickle             | Invalid value for option '--to': expected one of [huggingface, sentence-transformers, simcse, onnx, torchscript] but was 'pickle'.
          train;x                             | 'x' is one argument too many. See simcse train --help.
          embed;--model;a;--model;b;x         | --model was given more than once; give it once.
          embed;-o;a;--output;b;x             | --output was given more than once; give it once.
          embed;--normalize;--no-normalize;x  | --normalize was given more than once; give it once.
          train;--seed;1;--seed;2             | --seed was given more than once; give it once.
          backends;--plugin-path;a;--plugin-path;b | --plugin-path was given more than once; give it once.
          embed;--threads;two;x               | Invalid value for option '--threads': 'two' is not an int.
          embed;--model;;x                    | The name of the model is empty; leave it out for the default.
          embed;--model                       | Missing required parameter for option '--model' (MODEL).
          embed;--file;a.txt;x                | Texts and --file were both given; one of them is enough.
          evaluate                            | One of --data DIR, --pairs FILE, --triplets FILE, and --corpus FILE with --queries and --qrels is needed.
          evaluate;--data;a;--pairs;b         | Only one of --data and --pairs may be given; leave out the rest.
          evaluate;--triplets;a;--pairs;b     | Only one of --pairs and --triplets may be given; leave out the rest.
          evaluate;--triplets;a;--corpus;b;--queries;c;--qrels;d | Only one of --triplets and --corpus may be given; leave out the rest.
          evaluate;--queries;a                | --corpus, --queries, --qrels belong together; add --corpus FILE and --qrels FILE.
          evaluate;--triplets;a;--recall-at;5 | --recall-at has no effect with --triplets; leave it out.
          evaluate;--corpus;a;--queries;b;--qrels;c;--details | --details has no effect with --corpus; leave it out.
          evaluate;--corpus;a;--queries;b;--qrels;c;--no-header | --header has no effect with --corpus; leave it out.
          evaluate;--pairs;a;--tasks;STS12    | --tasks has no effect with --pairs; leave it out.
          evaluate;--triplets;a;--plot;b.png  | --plot has no effect with --triplets; leave it out.
          evaluate;--data;a;--columns;1,2,3   | --columns has no effect with --data; leave it out.
          mine;--pairs;a.csv;--corpus;b.txt   | The files a.csv, b.txt do not exist.
          mine;--pairs;a.csv;--corpus-column;b | --corpus-column has no effect without --corpus; leave it out.
          evaluate;--pairs;a;--document-prompt;b | --document-prompt has no effect with --pairs; leave it out.
          evaluate;--corpus;a;--queries;b;--qrels;c;--recall-at;10,0 | The ranks of --recall-at are counted from 1, but one is 0.
          evaluate;--data;a;--tasks;STS17     | There is no task 'STS17' in this evaluation; it has STS12, STS13, STS14, STS15, STS16, STS-B, SICK-R (sts), MR, CR, SUBJ, MPQA, SST2, TREC, MRPC (transfer).
          evaluate;--data;a;--tasks;transfer;--seed;-1 | -1 is too small for --seed; it must be at least 0.
          evaluate;--data;a;--mode;dev;--protocol;mteb | The mode dev is of the protocol simcse; leave out --protocol mteb.
          data;fetch                          | Missing required option: '--to=DIR'.
          new-plugin;loss;mine                | Invalid value for positional parameter at index 0 (KIND): expected one of [POOLER, HEAD, ENCODER] (case-insensitive) but was 'loss'.
          new-plugin;head                     | Missing required parameter: 'NAME'.
          similarity;only one                 | Two texts are needed, or --file with pairs; --file - reads standard input.
          """)
  void misuseIsToldInALine(String command, String message) {
    assertThat(run(out, command.split(";"))).isEqualTo(2);
    assertThat(errors.toString().strip()).isEqualTo("simcse: " + message);
    assertThat(out.size()).isZero();
  }

  @Test
  void settingsThatCannotBeAreRefusedBeforeAnythingIsLoaded() {
    assertThat(run(out, "embed", "--threads", "0", "x")).isEqualTo(2);
    assertThat(errors.toString()).contains("must be at least 1, but it is 0");
  }

  /** All but those of picocli's own. */
  private static Stream<String> commands() {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    return Main.commandLine(nowhere, nowhere, new Failures(nowhere, false))
        .getSubcommands()
        .values()
        .stream()
        .filter(command -> !command.getCommandName().matches("help|generate-completion"))
        .flatMap(
            command ->
                command.getSubcommands().isEmpty()
                    ? Stream.of(command)
                    : command.getSubcommands().values().stream())
        .map(command -> command.getCommandSpec().qualifiedName().replaceFirst("^simcse ", ""));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandExplainsItselfWithAnExample(String command) {
    assertThat(run(out, (command + " --help").split(" "))).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("Usage: simcse " + command)
        .contains("Example")
        .satisfies(help -> assertThat(help.lines()).allMatch(line -> line.length() <= 80));
  }

  @Test
  void theCompletionIsAScript() {
    assertThat(run(out, "generate-completion")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("#!/usr/bin/env bash");
  }

  @Test
  void whereACommandIsMissingAllAreListed() {
    assertThat(run(out)).isEqualTo(2);
    assertThat(errors.toString()).startsWith("simcse: A command is missing.").contains("embed");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
