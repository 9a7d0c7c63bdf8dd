package org.simcse.core.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Exporter;
import org.simcse.api.engine.Signature;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.Options;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/**
 * What is in the file; that ONNX Runtime computes the same with it is tested in {@code interop}.
 */
class OnnxExporterTest {
  private static final float[] TABLE = {1, -4, 0, 0, 0.1f, 8};
  private static final float[] WEIGHT = {1, 2, 3, 4};
  private static final Signature SIGNATURE =
      Signature.of(
          Signature.Input.ints("ids", Dim.symbol("B"), Dim.symbol("T")),
          Signature.Input.ints("unread", Dim.symbol("B"), Dim.symbol("T")));

  /** {@code table[ids] weightᵀ + bias}, {@code [B, T, 2]}. */
  private static final Computation MODEL =
      (pass, inputs) -> {
        Tensor ids = Objects.requireNonNull(inputs.get("ids"));
        Tensor table = pass.parameter("a.table", Shape.of(3, 2), Initializer.zeros());
        Tensor unused =
            table.add(Objects.requireNonNull(inputs.get("unread")).dim(0).isFixed() ? 1 : 2);
        assertThat(unused.shape()).isEqualTo(table.shape());
        return Map.of("y", pass.in("a.").linear(table.take(ids), "dense", 2));
      };

  private static final Map<String, HostTensor> PARAMETERS =
      Map.of(
          "a.table", HostTensor.of(TABLE, 3, 2),
          "a.dense.weight", HostTensor.of(WEIGHT, 2, 2),
          "a.dense.bias", HostTensor.of(new float[] {5, 6}, 2));

  @TempDir private Path folder;

  private ModelProto export(boolean int8, long largestFile) throws IOException {
    new OnnxExporter(int8, largestFile)
        .write(
            new Exporter.Job(
                MODEL,
                SIGNATURE,
                name -> Objects.requireNonNull(PARAMETERS.get(name), name),
                Map.of("pooling", "avg")),
            folder);
    return ModelProto.parseFrom(Files.readAllBytes(folder.resolve("model.onnx")));
  }

  private static Map<String, TensorProto> initializers(GraphProto graph) {
    return graph.getInitializerList().stream()
        .filter(tensor -> tensor.getName().startsWith("a."))
        .collect(Collectors.toMap(TensorProto::getName, tensor -> tensor));
  }

  private static float[] floats(byte[] bytes) {
    float[] floats = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  private static TensorProto named(Map<String, TensorProto> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), () -> name + " is not in " + tensors.keySet());
  }

  @Test
  void sizesStayOpenAndUnreadInputsAreLeftOut() throws IOException {
    ModelProto model = export(false, Long.MAX_VALUE);
    GraphProto graph = model.getGraph();
    assertThat(graph.getInputList()).extracting(ValueInfoProto::getName).containsExactly("ids");
    assertThat(graph.getInput(0).getType().getTensorType().getElemType())
        .isEqualTo(TensorProto.DataType.INT64.getNumber());
    assertThat(graph.getOutputList()).extracting(ValueInfoProto::getName).containsExactly("y");
    assertThat(graph.getOutput(0).getType().getTensorType().getShape().getDimList())
        .extracting(dim -> dim.hasDimParam() ? dim.getDimParam() : "" + dim.getDimValue())
        .containsExactly("B", "T", "2");
    assertThat(graph.getNodeList())
        .extracting(NodeProto::getOpType)
        .containsExactly("Gather", "MatMul", "Add", "Identity");
    assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(17);
    assertThat(model.getMetadataPropsList())
        .extracting(StringStringEntryProto::getKey, StringStringEntryProto::getValue)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("pooling", "avg"));
  }

  @Test
  void weightsAreStoredUnderTheirNamesTransposedWhereTheyMultiply() throws IOException {
    Map<String, TensorProto> tensors = initializers(export(false, Long.MAX_VALUE).getGraph());
    assertThat(tensors.keySet())
        .containsExactlyInAnyOrder("a.table", "a.dense.weight.T", "a.dense.bias");
    assertThat(floats(named(tensors, "a.table").getRawData().toByteArray())).containsExactly(TABLE);
    assertThat(floats(named(tensors, "a.dense.weight.T").getRawData().toByteArray()))
        .containsExactly(1, 3, 2, 4);
  }

  @Test
  void whatDoesNotFitInTheFileGoesToAnother() throws IOException {
    Map<String, TensorProto> inside = initializers(export(false, 48).getGraph());
    assertThat(folder.resolve("model.onnx.data")).doesNotExist();
    Map<String, TensorProto> outside = initializers(export(false, 47).getGraph());
    byte[] data = Files.readAllBytes(folder.resolve("model.onnx.data"));
    assertThat(outside.keySet()).isEqualTo(inside.keySet());
    outside.forEach(
        (name, tensor) -> {
          Map<String, String> where =
              tensor.getExternalDataList().stream()
                  .collect(
                      Collectors.toMap(
                          StringStringEntryProto::getKey, StringStringEntryProto::getValue));
          assertThat(tensor.getDataLocation()).isEqualTo(TensorProto.DataLocation.EXTERNAL);
          assertThat(where).containsEntry("location", "model.onnx.data");
          int offset = Integer.parseInt(Objects.requireNonNull(where.get("offset")));
          int length = Integer.parseInt(Objects.requireNonNull(where.get("length")));
          assertThat(offset % 4096).isZero();
          assertThat(Arrays.copyOfRange(data, offset, offset + length))
              .as(name)
              .isEqualTo(named(inside, name).getRawData().toByteArray());
        });
  }

  @Test
  void eightBitWeightsAreScaledByRow() throws IOException {
    GraphProto graph = export(true, Long.MAX_VALUE).getGraph();
    assertThat(graph.getNodeList())
        .extracting(NodeProto::getOpType)
        .contains("DynamicQuantizeLinear", "MatMulInteger");
    Map<String, TensorProto> tensors = initializers(graph);
    assertThat(tensors.keySet())
        .containsExactlyInAnyOrder(
            "a.table.int8",
            "a.table.scale",
            "a.dense.weight.T.int8",
            "a.dense.weight.T.scale",
            "a.dense.bias");
    // Rows (1, -4), (0, 0) and (0.1, 8), each scaled to 64.
    assertThat(named(tensors, "a.table.int8").getRawData().toByteArray())
        .containsExactly(16, -64, 0, 0, 1, 64);
    assertThat(floats(named(tensors, "a.table.scale").getRawData().toByteArray()))
        .containsExactly(4 / 64f, 1, 8 / 64f);
    assertThat(named(tensors, "a.table.scale").getDimsList()).containsExactly(3L, 1L);
    // Rows (1, 2) and (3, 4), transposed.
    assertThat(named(tensors, "a.dense.weight.T.int8").getRawData().toByteArray())
        .containsExactly(32, 48, 64, 64);
    assertThat(floats(named(tensors, "a.dense.weight.T.scale").getRawData().toByteArray()))
        .containsExactly(2 / 64f, 4 / 64f);
  }

  @Test
  void anotherQuantizationIsRefused() {
    assertThatThrownBy(
            () -> new OnnxExporterProvider().create(Options.of("onnx", Map.of("quantize", "int4"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none, int8");
    assertThat(List.of(new OnnxExporterProvider().create(Options.of("onnx"))))
        .containsExactly(new OnnxExporter(false, OnnxExporter.LARGEST_FILE));
  }
}
