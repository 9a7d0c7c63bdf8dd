package org.simcse.core.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Exporter;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Traced;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.core.io.AtomicFile;

/**
 * Writes {@code model.onnx}: IR version 8, operator set {@value OnnxOps#OPSET}, symbolic sizes left
 * open. Weights that do not fit in one file go to {@code model.onnx.data} beside it.
 *
 * @param int8 whether weights are stored in 8 bits
 * @param largestFile the number of bytes of weights above which they get a file of their own
 */
record OnnxExporter(boolean int8, long largestFile) implements Exporter {
  /** Protocol buffers end at 2^31 bytes; this leaves room for the graph. */
  static final long LARGEST_FILE = 2_000_000_000;

  private static final String FILE = "model.onnx";
  private static final String DATA = "model.onnx.data";
  private static final int IR_VERSION = 8;

  /** Lets runtimes map tensors into memory. */
  private static final int ALIGNMENT = 4096;

  @Override
  public void write(Job job, Path directory) {
    OnnxGraph nodes = new OnnxGraph();
    OnnxOps ops = int8 ? new Int8Ops(nodes) : new OnnxOps(nodes);
    Traced<OnnxOps.Value> traced =
        Traced.of(
            job.computation(),
            job.signature(),
            BackendConfig.defaults(),
            ops,
            new Handles(nodes, ops));
    GraphProto.Builder graph = GraphProto.newBuilder().setName("simcse");
    traced
        .outputs()
        .forEach(
            (name, value) -> {
              nodes.output(name, value.handle().name());
              graph.addOutput(declared(name, value.type(), value.shape()));
            });
    Set<String> needed = nodes.moveTo(graph, traced.outputs().keySet());
    for (Signature.Input input : job.signature().inputs()) {
      if (needed.contains(input.name())) {
        graph.addInput(declared(input.name(), input.type(), input.shape()));
      }
    }
    Map<String, OnnxWeight> weights = new LinkedHashMap<>(ops.weights());
    weights.keySet().retainAll(needed);
    addWeights(graph, weights.values(), job.parameters(), directory);
    ModelProto model = model(graph, job.properties());
    AtomicFile.write(directory.resolve(FILE), model::writeTo);
  }

  private static ModelProto model(GraphProto.Builder graph, Map<String, String> properties) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("SimCSE for the JVM")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OnnxOps.OPSET))
            .setGraph(graph);
    properties.forEach(
        (name, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(name).setValue(value)));
    return model.build();
  }

  private static ValueInfoProto declared(String name, ElementType type, Shape shape) {
    TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
    for (Dim dim : shape.dims()) {
      TensorShapeProto.Dimension.Builder size = TensorShapeProto.Dimension.newBuilder();
      sizes.addDim(dim.isFixed() ? size.setDimValue(dim.size()) : size.setDimParam(dim.toString()));
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(OnnxOps.number(type)).setShape(sizes);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private void addWeights(
      GraphProto.Builder graph,
      Collection<OnnxWeight> weights,
      Function<String, HostTensor> parameters,
      Path directory) {
    if (weights.stream().mapToLong(OnnxWeight::bytes).sum() <= largestFile) {
      for (OnnxWeight weight : weights) {
        byte[] elements = weight.elements(parameters.apply(weight.parameter()));
        graph.addInitializer(weight.header().setRawData(UnsafeByteOperations.unsafeWrap(elements)));
      }
      return;
    }
    AtomicFile.write(
        directory.resolve(DATA),
        out -> {
          External external = new External(out);
          for (OnnxWeight weight : weights) {
            byte[] elements = weight.elements(parameters.apply(weight.parameter()));
            graph.addInitializer(external.append(weight.header(), elements));
          }
        });
  }

  /** The file of the weights that the graph refers to. */
  private static final class External {
    private final OutputStream out;
    private long offset;

    External(OutputStream out) {
      this.out = out;
    }

    TensorProto append(TensorProto.Builder tensor, byte[] elements) throws IOException {
      long start = (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      out.write(new byte[(int) (start - offset)]);
      out.write(elements);
      offset = start + elements.length;
      tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL);
      refer(tensor, "location", DATA);
      refer(tensor, "offset", String.valueOf(start));
      refer(tensor, "length", String.valueOf(elements.length));
      return tensor.build();
    }

    private static void refer(TensorProto.Builder tensor, String key, String value) {
      tensor.addExternalData(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
    }
  }

  private record Handles(OnnxGraph graph, OnnxOps ops) implements Traced.Handles<OnnxOps.Value> {
    @Override
    public OnnxOps.Value input(Signature.Input input) {
      graph.symbols(input.name(), input.shape());
      return new OnnxOps.Value(input.name(), input.shape().rank());
    }

    @Override
    public OnnxOps.Value seed() {
      return new OnnxOps.Value("seed", 0); // read by dropout alone, of which there is none
    }

    @Override
    public OnnxOps.Value parameter(String name, Shape shape, Initializer initializer) {
      return ops.parameter(name, shape);
    }
  }
}
