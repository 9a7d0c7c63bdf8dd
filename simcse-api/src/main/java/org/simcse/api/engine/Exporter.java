package org.simcse.api.engine;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.simcse.api.tensor.HostTensor;

/**
 * Writes a computation and its parameters as a program that another runtime executes: it traces as
 * {@link Backend#compile} does, and keeps the result.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Exporter {
  /**
   * What is written.
   *
   * @param computation the computation
   * @param signature its inputs; those that the computation does not read are left out of the
   *     program. For inference: without objective and not training
   * @param parameters reads a parameter by its full name; they need not be in memory at once
   * @param properties a description for those who open the program, by name
   */
  record Job(
      Computation computation,
      Signature signature,
      Function<String, HostTensor> parameters,
      Map<String, String> properties) {}

  /**
   * Writes the program.
   *
   * @param directory an existing directory, in which the files have the names that the runtime's
   *     users expect
   * @throws org.simcse.api.error.ShapeException if shapes or types do not fit together
   * @throws org.simcse.api.error.SimCseException if a file cannot be written
   */
  void write(Job job, Path directory);
}
