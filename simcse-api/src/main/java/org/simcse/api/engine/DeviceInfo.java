package org.simcse.api.engine;

/**
 * The device a backend computes on.
 *
 * @param kind CPU or GPU, never AUTO
 * @param description a description such as {@code 2 threads} or the GPU's name
 * @since 0.1.0
 */
public record DeviceInfo(DeviceKind kind, String description) {
  /**
   * Returns whether the hardware multiplies {@code BFLOAT16} matrices natively; if not, {@link
   * org.simcse.api.engine.Precision#BF16} is slower than single precision.
   *
   * <p>Queries the operating system or NVIDIA's driver on every call; false if neither answers.
   */
  public boolean nativeBfloat16() {
    return kind == DeviceKind.GPU ? Hardware.gpuHasBfloat16() : Hardware.cpuHasBfloat16();
  }
}
