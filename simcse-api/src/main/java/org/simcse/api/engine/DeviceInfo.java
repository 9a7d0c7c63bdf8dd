package org.simcse.api.engine;

/**
 * Where a backend computes.
 *
 * @param kind CPU or GPU, never AUTO
 * @param description such as {@code 2 threads} or the GPU's name
 */
public record DeviceInfo(DeviceKind kind, String description) {
  /**
   * Whether the hardware multiplies matrices of {@code BFLOAT16}: where it does not, {@link
   * org.simcse.api.engine.Precision#BF16} is slower than single precision.
   *
   * <p>The operating system is asked, or NVIDIA's driver, at every call; where neither says
   * anything it is false.
   */
  public boolean nativeBfloat16() {
    return kind == DeviceKind.GPU ? Hardware.gpuHasBfloat16() : Hardware.cpuHasBfloat16();
  }
}
