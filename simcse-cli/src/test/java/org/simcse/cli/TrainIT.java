package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code simcse train} as a user runs it, and as it is killed. */
class TrainIT {
  private static final int ROWS = 96;

  @TempDir private Path directory = Path.of("");

  private Path rows() throws IOException {
    List<String> lines = new ArrayList<>(List.of("anchor,positive,negative"));
    for (int i = 0; i < ROWS; i++) {
      lines.add("a man sees %d birds,someone looks at %d birds,a dog eats".formatted(i, i));
    }
    return Files.write(directory.resolve("rows.csv"), lines);
  }

  private String[] train(String backend, Path output, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "train",
                "--backend",
                backend,
                "--train-file",
                rows().toString(),
                "--fresh-encoder",
                "1x32",
                "--pooler",
                "avg",
                "--mlp",
                "none",
                "--learning-rate",
                "1e-3",
                "--batch-size",
                "8",
                "--max-steps",
                "40",
                "--save-steps",
                "1",
                "--threads",
                "2",
                "--output",
                output.toString()));
    for (String word : more) { // given once more, an option replaces what is above
      int known = words.indexOf(word);
      if (word.startsWith("--") && known > 0) {
        words.subList(known, known + 2).clear();
      }
    }
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static byte[] weights(Path output) throws IOException {
    return Files.readAllBytes(output.resolve("last/model.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow"})
  void aRunThatIsKilledAndResumedEndsInTheSameBits(String backend) throws Exception {
    Path whole = directory.resolve("whole");
    assertThat(Simcse.run(train(backend, whole)).status()).isZero();
    Path killed = directory.resolve("killed");
    List<String> command = new ArrayList<>(List.of(Simcse.COMMAND));
    command.addAll(List.of(train(backend, killed)));
    Process process = start(command);
    // Some step or other: wherever the process is once there is a checkpoint.
    awaitCheckpoint(killed);
    process.destroyForcibly().waitFor();
    Simcse.Result resumed = Simcse.run("train", "--output", killed.toString(), "--resume");
    assertThat(resumed.err()).as("what it said").doesNotContain("simcse: ");
    assertThat(resumed.status()).isZero();
    assertThat(weights(killed)).isEqualTo(weights(whole));
    assertThat(Files.readAllBytes(killed.resolve("last/optimizer.safetensors")))
        .isEqualTo(Files.readAllBytes(whole.resolve("last/optimizer.safetensors")));
  }

  @Test
  void aTerminatedRunSavesAndSaysSo() throws Exception {
    Path output = directory.resolve("terminated");
    List<String> command = new ArrayList<>(List.of(Simcse.COMMAND));
    command.addAll(List.of(train("pytorch", output, "--max-steps", "100000")));
    Process process = start(command);
    awaitCheckpoint(output);
    process.destroy(); // SIGTERM
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(Simcse.run("embed", "--model", output.resolve("last").toString(), "x").status())
        .isZero();
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void awaitCheckpoint(Path output) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(100);
    while (!Files.exists(output.resolve("last/training_state.json")) && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    Thread.sleep(300);
    assertThat(output.resolve("last")).exists();
  }

  private static void assertRefused(Simcse.Result result, int status, String... parts) {
    assertThat(result.message()).contains(parts).startsWith("simcse: ");
    assertThat(result.status()).isEqualTo(status);
  }

  @Test
  void filesThatCannotBeTrainedOn() throws Exception {
    Path output = directory.resolve("none");
    assertRefused(Simcse.run("train", "--output", output.toString()), 2, "--train-file");
    assertRefused(trainOn(directory.resolve("missing.csv"), output), 2, "missing.csv");
    assertRefused(
        trainOn(Files.writeString(directory.resolve("empty.txt"), ""), output), 2, "empty.txt");
    Path bytes =
        Files.write(directory.resolve("bytes.txt"), new byte[] {'o', 'k', '\n', (byte) 0xC3, '\n'});
    assertRefused(trainOn(bytes, output), 2, "line 2", "not UTF-8");
    assertThat(
            Simcse.run(
                    "train",
                    "--train-file",
                    bytes.toString(),
                    "--replace-invalid",
                    "--dry-run",
                    "--output",
                    output.toString())
                .status())
        .isZero();
    Path ragged = Files.writeString(directory.resolve("ragged.csv"), "a,b\nx,y\nx,y,z\n");
    assertRefused(trainOn(ragged, output), 2, "ragged.csv", "line 3");
    Path unsaid = Files.writeString(directory.resolve("unsaid.csv"), "a,b\nx,y\n");
    assertRefused(
        Simcse.run(
            "train",
            "--train-file",
            unsaid.toString(),
            "--columns",
            "anchor=a,positive=c",
            "--output",
            output.toString()),
        2,
        "'c'");
    assertThat(output).doesNotExist();
  }

  private static Simcse.Result trainOn(Path file, Path output) throws Exception {
    return Simcse.run("train", "--train-file", file.toString(), "--output", output.toString());
  }

  @Test
  void settingsThatMakeNoSense() throws Exception {
    Path output = directory.resolve("none");
    assertRefused(Simcse.run(train("nope", output)), 2, "no backend named 'nope'");
    assertRefused(
        Simcse.run(train("pytorch", output, "--temperature", "0")), 2, "temperature", "above 0");
    assertRefused(
        Simcse.run(train("pytorch", output, "--warmup-steps", "41")), 2, "warm-up of 41 steps");
    assertRefused(
        Simcse.run(train("pytorch", output, "--schedule", "square")),
        2,
        "linear, cosine, constant");
    assertRefused(
        Simcse.run(train("pytorch", output, "--fresh-encoder", "big")), 2, "LAYERSxHIDDEN");
    assertRefused(
        Simcse.run(
            train("pytorch", output, "--hard-negative-weight", "1", "--hard-negative-alpha", "2")),
        2,
        "hard-negative-alpha");
    Path pairs = Files.writeString(directory.resolve("pairs.csv"), "a,b\nx,y\nv,w\n");
    assertRefused(
        Simcse.run(
            "train",
            "--train-file",
            pairs.toString(),
            "--batch-size",
            "1",
            "--output",
            output.toString()),
        2,
        "loss is constant");
    Path config = Files.writeString(directory.resolve("run.yaml"), "learning-rat: 1e-3\n");
    assertRefused(
        Simcse.run(train("pytorch", output, "--config", config.toString())),
        2,
        "no setting learning-rat",
        "learning-rate");
    assertThat(output).doesNotExist();
  }

  @Test
  void whatIsThereIsNotOverwrittenAndDamageIsSeen() throws Exception {
    Path output = directory.resolve("run");
    assertThat(Simcse.run(train("pytorch", output, "--max-steps", "2")).status()).isZero();
    assertRefused(Simcse.run(train("pytorch", output)), 2, "not empty", "--resume", "--overwrite");
    assertRefused(
        Simcse.run("train", "--output", output.toString(), "--resume", "--batch-size", "16"),
        2,
        "batch-size was 8 and is 16");
    assertRefused(
        Simcse.run("train", "--output", directory.resolve("other").toString(), "--resume"),
        2,
        "no checkpoint 'last'");
    try (RandomAccessFile file =
        new RandomAccessFile(output.resolve("last/optimizer.safetensors").toFile(), "rw")) {
      file.seek(file.length() / 2);
      int old = file.read();
      file.seek(file.length() / 2);
      file.write(old ^ 1);
    }
    assertRefused(
        Simcse.run("train", "--output", output.toString(), "--resume"),
        1,
        "optimizer.safetensors is damaged");
    assertThat(Simcse.run(train("pytorch", output, "--max-steps", "2", "--overwrite")).status())
        .isZero();
  }

  @Test
  void nothingIsReplacedBeforeEverythingIsLookedThrough() throws Exception {
    Path output = directory.resolve("kept");
    assertThat(Simcse.run(train("pytorch", output, "--max-steps", "2")).status()).isZero();
    byte[] before = weights(output);
    assertRefused(
        Simcse.run(train("pytorch", output, "--overwrite", "--metric", "nope")),
        2,
        "no metric 'nope'",
        "nothing is evaluated");
    assertRefused(
        Simcse.run(
            "train",
            "--train-file",
            rows().toString(),
            "--init-from",
            output.resolve("best").toString(),
            "--overwrite",
            "--output",
            output.toString()),
        2,
        "--overwrite replaces");
    assertThat(weights(output)).isEqualTo(before);
  }

  @Test
  void aRunGoesOnWithOtherThreadsAndSaysSo() throws Exception {
    Path output = directory.resolve("threads");
    assertThat(Simcse.run(train("pytorch", output, "--max-steps", "2")).status()).isZero();
    Simcse.Result resumed =
        Simcse.run("train", "--output", output.toString(), "--resume", "--threads", "1");
    assertThat(resumed.status()).isZero();
    assertThat(resumed.err()).contains("threads = 2", "continues with 1");
    assertThat(output.resolve("manifest.json")).content().contains("\"resumed\"");
  }

  @Test
  void aFullDiskKeepsTheCheckpointBefore() throws Exception {
    Path output = directory.resolve("full");
    assertThat(Simcse.run(train("pytorch", output, "--max-steps", "2")).status()).isZero();
    Path state = output.resolve("last/training_state.json");
    String settings = Files.readString(state);
    // A limit on the size of files stands in for a full disk; no weight fits into 64 blocks.
    Simcse.Result result =
        Simcse.shell(
            "ulimit -f 64; exec \"$SIMCSE\" "
                + String.join(
                    " ", train("pytorch", directory.resolve("small"), "--max-steps", "4")));
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.message()).contains("cannot be written", "Training continues");
    assertThat(directory.resolve("small/last")).doesNotExist();
    assertThat(directory.resolve("small/.last.tmp")).doesNotExist();
    assertThat(state).hasContent(settings);
  }

  @Test
  void aDryRunAndTheConfigTouchNothing() throws Exception {
    Path output = directory.resolve("dry");
    Simcse.Result dry = Simcse.run(train("pytorch", output, "--dry-run"));
    assertThat(dry.status()).isZero();
    assertThat(dry.out()).contains("rows", "96", "truncated", "steps", "40 of 8 rows");
    Simcse.Result config =
        Simcse.run("train", "--preset", "sup-bert-base", "--batch-size", "32", "--print-config");
    assertThat(config.status()).isZero();
    assertThat(config.out())
        .contains("batch-size: 32", "learning-rate: 5.0E-5", "mlp: train-and-test", "epochs: 3");
    assertThat(output).doesNotExist();
  }

  @Test
  void severalSeedsAreRunsOfTheirOwn() throws Exception {
    Path output = directory.resolve("seeds");
    Path pairs =
        Files.writeString(
            directory.resolve("pairs.csv"), "sentence1,sentence2,score\na,b,1\nc,d,5\ne,f,3\n");
    String[] options = {"--max-steps", "2", "--eval-file", pairs.toString()};
    Simcse.Result result =
        Simcse.run(
            Stream.concat(Stream.of(train("pytorch", output, options)), Stream.of("--seeds", "1,2"))
                .toArray(String[]::new));
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("mean ± standard deviation over 2 seeds", "eval_alignment", " ± ", "seed  steps");
    Path alone = directory.resolve("alone");
    assertThat(
            Simcse.run(
                    Stream.concat(
                            Stream.of(train("pytorch", alone, options)), Stream.of("--seed", "2"))
                        .toArray(String[]::new))
                .status())
        .isZero();
    assertThat(weights(output.resolve("seed-2"))).isEqualTo(weights(alone));
    assertThat(output.resolve("seed-2/best/README.md"))
        .content()
        .containsSubsequence("## Over several seeds", "over 2 seeds", "## Use");
    Simcse.Result again = Simcse.run("train", "--output", output.toString(), "--resume");
    assertThat(again.status()).isZero();
    assertThat(again.out()).isEqualTo(result.out());
    assertThat(output.resolve("seeds.md")).content().contains("| eval_alignment | ");
  }

  @Test
  void aSignalEndsAllSeedsAndResumingRunsTheRest() throws Exception {
    Path output = directory.resolve("stopped");
    String[] options = {"--max-steps", "400", "--save-steps", "50", "--seeds", "1,2"};
    List<String> command = new ArrayList<>(List.of(Simcse.COMMAND));
    command.addAll(List.of(train("pytorch", output)));
    command.subList(command.indexOf("--max-steps"), command.indexOf("--threads")).clear();
    command.addAll(List.of(options));
    Process process = start(command);
    awaitCheckpoint(output.resolve("seed-1"));
    process.destroy(); // SIGTERM
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(Files.readString(output.resolve("seeds.json"))).doesNotContain("\"seed\" : 2");
    assertThat(Simcse.run("train", "--output", output.toString(), "--resume").status()).isZero();
    Path alone = directory.resolve("alone");
    assertThat(
            Simcse.run(
                    train(
                        "pytorch",
                        alone,
                        "--max-steps",
                        "400",
                        "--save-steps",
                        "50",
                        "--seed",
                        "1"))
                .status())
        .isZero();
    assertThat(weights(output.resolve("seed-1"))).isEqualTo(weights(alone));
    assertThat(output.resolve("seeds.md")).exists();
  }

  @Test
  void seedsThatMakeNoSense() throws Exception {
    Path output = directory.resolve("none");
    String to = output.toString();
    assertRefused(Simcse.run("train", "--seeds", "1,x", "--output", to), 2, "--seeds", "'x'");
    assertRefused(Simcse.run("train", "--seeds", "1,1", "--output", to), 2, "1 is there twice");
    assertRefused(
        Simcse.run("train", "--seeds", "1,2", "--seed", "3", "--output", to),
        2,
        "leave out --seed");
    assertRefused(
        Simcse.run("train", "--seeds", "1,2", "--resume", "--output", to), 2, "no seeds.json");
    assertThat(output).doesNotExist();
  }
}
