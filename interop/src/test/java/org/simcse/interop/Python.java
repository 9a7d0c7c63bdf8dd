package org.simcse.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs the script that is sentence-transformers' side of the tests, and reads what it writes. */
final class Python {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Python() {}

  /** Runs one of the script's commands; a failure shows all that it said. */
  static void run(String command, Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path log = folder.resolve(command + ".log");
    Process process =
        new ProcessBuilder(
                System.getProperty("interop.python", "python3"),
                "src/test/python/interop.py",
                command,
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor()).as(() -> read(log)).isZero();
  }

  /** A text file, or why there is none: for messages. */
  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  static List<String> texts(Path file) throws IOException {
    return List.of(JSON.readValue(file.toFile(), String[].class));
  }

  static float[][] vectors(Path file) throws IOException {
    return JSON.readValue(file.toFile(), float[][].class);
  }
}
