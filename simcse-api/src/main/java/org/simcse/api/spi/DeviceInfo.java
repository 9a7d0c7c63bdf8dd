package org.simcse.api.spi;

/**
 * Where a backend computes.
 *
 * @param kind CPU or GPU, never AUTO
 * @param description such as {@code 2 threads} or the GPU's name
 */
public record DeviceInfo(DeviceKind kind, String description) {}
