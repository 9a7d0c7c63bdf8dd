package org.simcse.djl;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Exporter;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Traced;
import org.simcse.api.error.SimCseException;

/**
 * Writes {@code model.pt}: the text that the backend compiles, with its parameters. New tensors are
 * made on the device of the first input, so that the module runs where it is moved. Loads no native
 * code.
 */
final class TorchScriptExporter implements Exporter {
  private static final String FILE = "model.pt";
  private static final String TYPE = "SentenceModel";

  @Override
  public void write(Job job, Path directory) {
    Signature.Input first = job.signature().inputs().get(0);
    // Without oneDNN's operators: not every build of libtorch has them.
    PyTorchOps ops =
        new PyTorchOps(
            "ops.prim.device(x_%s)".formatted(first.name()), true, false, Optional.empty());
    Traced<PyTorchOps.Value> traced =
        Traced.of(
            job.computation(),
            job.signature(),
            BackendConfig.defaults(),
            ops,
            new PyTorchHandles((name, shape, initializer) -> {}));
    PyTorchTrace trace = PyTorchTrace.of(traced, ops, Set.of());
    Map<String, String> attributes = attributes(trace.parameters());
    Path file = directory.resolve(FILE);
    try (ScriptArchive archive =
        new ScriptArchive(TYPE, new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      for (Map.Entry<String, String> attribute : attributes.entrySet()) {
        archive.tensor(attribute.getValue(), job.parameters().apply(attribute.getKey()));
      }
      for (Map.Entry<String, String> property : job.properties().entrySet()) {
        archive.extra(property.getKey(), property.getValue());
      }
      archive.code(trace.named(TYPE, List.copyOf(attributes.values())));
    } catch (IOException e) {
      throw new SimCseException("%s cannot be written: %s.".formatted(file, e.getMessage()), e);
    }
  }

  /** Returns an identifier per parameter, in order: dots become underscores. */
  private static Map<String, String> attributes(List<String> parameters) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String name : parameters) {
      String identifier = name.replaceAll("\\W", "_").replaceFirst("^(?=\\d)", "_");
      while (attributes.containsValue(identifier)) {
        identifier += "_";
      }
      attributes.put(name, identifier);
    }
    return attributes;
  }
}
