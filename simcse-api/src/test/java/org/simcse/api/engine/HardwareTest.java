package org.simcse.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HardwareTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "flags\t\t: fpu avx512f avx512_bf16 avx512_vnni",
        "flags\t\t: fpu amx_tile amx_bf16",
        "Features\t: fp asimd bf16 i8mm"
      })
  void aProcessorWithInstructionsForBfloat16HasIt(String line) {
    assertThat(Hardware.cpuHasBfloat16(List.of("model name\t: Some CPU", line))).isTrue();
  }

  @Test
  void aProcessorWithoutThemHasNot() {
    assertThat(Hardware.cpuHasBfloat16(List.of("flags\t\t: fpu avx2 avx512f avx512_vnni")))
        .isFalse();
    assertThat(Hardware.cpuHasBfloat16(List.of("model name\t: bf16 avx512_bf16 Ltd"))).isFalse();
    assertThat(Hardware.cpuHasBfloat16(List.of())).isFalse();
  }

  @Test
  void aGpuHasItFromTheEighthCapabilityOn() {
    assertThat(Hardware.gpuHasBfloat16("8.0\n")).isTrue();
    assertThat(Hardware.gpuHasBfloat16("12.1\n")).isTrue();
    assertThat(Hardware.gpuHasBfloat16("7.5\n")).isFalse();
    assertThat(Hardware.gpuHasBfloat16("No devices were found\n")).isFalse();
    assertThat(Hardware.gpuHasBfloat16("")).isFalse();
  }
}
