package org.simcse.interop;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.DeviceInfo;
import org.simcse.api.engine.Exporter;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.engine.Precision;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Tape;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;

/**
 * Exports each program and runs the file; all else, the parameters among it, is the reference's. A
 * program keeps the parameters that were set when it was compiled.
 */
final class OnnxRuntimeBackend implements Backend {
  private static final OrtEnvironment ONNX = OrtEnvironment.getEnvironment();

  /** In a graph, inputs and outputs have different names. */
  private static final String OUTPUT = "output/";

  private final Backend reference;
  private final List<OrtSession> sessions = new ArrayList<>();

  OnnxRuntimeBackend(Backend reference) {
    this.reference = reference;
  }

  @Override
  public String name() {
    return "onnxruntime";
  }

  @Override
  public Set<Capability> lacks() {
    return OnnxRuntimeProvider.LACKS;
  }

  @Override
  public DeviceInfo device() {
    return reference.device();
  }

  @Override
  public Precision precision() {
    return Precision.FP32;
  }

  @Override
  public ParameterStore parameters() {
    return reference.parameters();
  }

  @Override
  public Program compile(Computation computation, Signature signature) {
    reference.compile(computation, signature); // initializes parameters and checks shapes
    Computation renamed =
        (pass, inputs) -> {
          Map<String, Tensor> outputs = new LinkedHashMap<>();
          computation.trace(pass, inputs).forEach((name, y) -> outputs.put(OUTPUT + name, y));
          return outputs;
        };
    Options onnx = Options.parse("onnx");
    Exporter exporter =
        Providers.exporters(List.of()).create(onnx, provider -> provider.create(onnx));
    try {
      Path folder = Files.createTempDirectory("onnx");
      exporter.write(new Exporter.Job(renamed, signature, parameters()::get, Map.of()), folder);
      Path file = folder.resolve("model.onnx");
      OrtSession session = ONNX.createSession(Files.readAllBytes(file));
      sessions.add(session);
      Files.delete(file);
      Files.delete(folder);
      return new Graph(session, signature);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refuses the graph: " + e.getMessage(), e);
    }
  }

  @Override
  public Optimizer createOptimizer(UpdateRule rule) {
    throw new UnsupportedOperationException();
  }

  @Override
  public GradientBuffer gradientBuffer() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    try {
      for (OrtSession session : sessions) {
        session.close();
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
    sessions.clear();
    reference.close();
  }

  private record Graph(OrtSession session, Signature signature) implements Program {
    @Override
    public Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed) {
      signature.bind(inputs);
      Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
      try {
        for (String name : session.getInputNames()) {
          tensors.put(name, tensor(Objects.requireNonNull(inputs.get(name))));
        }
        try (OrtSession.Result result = session.run(tensors)) {
          Map<String, HostTensor> outputs = new LinkedHashMap<>();
          for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
            outputs.put(
                output.getKey().substring(OUTPUT.length()), host((OnnxTensor) output.getValue()));
          }
          return outputs;
        }
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
      } finally {
        tensors.values().forEach(OnnxTensor::close);
      }
    }

    private static OnnxTensor tensor(HostTensor value) throws OrtException {
      return value.type() == ElementType.INT
          ? OnnxTensor.createTensor(ONNX, LongBuffer.wrap(value.toLongs()), value.shape())
          : OnnxTensor.createTensor(ONNX, FloatBuffer.wrap(value.toFloats()), value.shape());
    }

    private static HostTensor host(OnnxTensor value) {
      long[] shape = value.getInfo().getShape();
      FloatBuffer floats = value.getFloatBuffer();
      if (floats != null) {
        return new HostTensor.Floats(shape, floats);
      }
      return new HostTensor.Longs(shape, value.getLongBuffer());
    }

    @Override
    public Tape record(Map<String, HostTensor> inputs, long seed) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Results valueAndGradients(
        Map<String, HostTensor> inputs, long seed, GradientBuffer into) {
      throw new UnsupportedOperationException();
    }
  }
}
