package org.simcse.api.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The capabilities of this machine's processors. */
final class Hardware {
  /** Linux's flag names: x86, then ARM. */
  private static final Set<String> BFLOAT16 = Set.of("avx512_bf16", "amx_bf16", "bf16");

  /** Ampere. */
  private static final int FIRST_CAPABILITY = 8;

  private static final int SECONDS = 10;

  private Hardware() {}

  /** Returns whether the processor has bfloat16 instructions; known on Linux only. */
  static boolean cpuHasBfloat16() {
    try {
      return cpuHasBfloat16(Files.readAllLines(Path.of("/proc/cpuinfo")));
    } catch (IOException e) {
      return false;
    }
  }

  static boolean cpuHasBfloat16(List<String> cpuInfo) {
    return cpuInfo.stream()
        .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
        .anyMatch(line -> List.of(line.split("\\s+")).stream().anyMatch(BFLOAT16::contains));
  }

  /** Returns whether the first NVIDIA GPU is of a generation that supports bfloat16. */
  static boolean gpuHasBfloat16() {
    ProcessBuilder query =
        new ProcessBuilder(
                "nvidia-smi", "--query-gpu=compute_cap", "--format=csv,noheader", "-i", "0")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = query.start();
      try (InputStream answer = process.getInputStream()) {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
          return false;
        }
        return gpuHasBfloat16(new String(answer.readAllBytes(), StandardCharsets.US_ASCII));
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * @param computeCapability such as {@code 9.0}
   */
  static boolean gpuHasBfloat16(String computeCapability) {
    String major = computeCapability.strip().split("\\.")[0];
    return major.matches("\\d{1,3}") && Integer.parseInt(major) >= FIRST_CAPABILITY;
  }
}
