package org.simcse.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says about this process's memory, in MiB. */
final class ProcessMemory {
  private ProcessMemory() {}

  /** Resident now. */
  static double resident() {
    return read("VmRSS:");
  }

  /** The most that was ever resident. */
  static double peak() {
    return read("VmHWM:");
  }

  private static double read(String field) {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(field))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException("Memory is read from /proc/self/status, as Linux has it.", e);
    }
  }
}
