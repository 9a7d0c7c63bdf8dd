package org.simcse.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.tensor.HostTensor;

class OnnxCheckpointTest {
  @TempDir Path folder;

  private static GraphProto.Builder graph() {
    return GraphProto.newBuilder()
        .addInitializer(tensor("embeddings.word_embeddings.weight", 1, 2, 3).addDims(1).addDims(3))
        .addInitializer(tensor("encoder.layer.0.output.dense.bias", 7, 8).addDims(2))
        .addInitializer(tensor("onnx::MatMul_1", 1, 2, 3, 4, 5, 6).addDims(3).addDims(2))
        .addInitializer(tensor("/encoder/Constant", 9).addDims(1));
  }

  private static TensorProto.Builder tensor(String name, float... values) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .setRawData(ByteString.copyFrom(Pickle.floats(values)));
  }

  private static NodeProto node(String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .addOutput(output)
        .addAllInput(List.of(inputs))
        .build();
  }

  private Checkpoint open(GraphProto.Builder graph) throws IOException {
    byte[] model = ModelProto.newBuilder().setGraph(graph).build().toByteArray();
    return Checkpoint.open(Files.write(folder.resolve("model.onnx"), model));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDenseWeightIsNamedAfterItsBiasAndTransposed(boolean biasFirst) throws IOException {
    String bias = "encoder.layer.0.output.dense.bias";
    GraphProto.Builder graph =
        graph()
            .addNode(node("MatMul", "product", "x", "onnx::MatMul_1"))
            .addNode(
                biasFirst
                    ? node("Add", "sum", bias, "product")
                    : node("Add", "sum", "product", bias));
    try (Checkpoint checkpoint = open(graph)) {
      assertThat(checkpoint.names())
          .containsExactly(
              "embeddings.word_embeddings.weight",
              "encoder.layer.0.output.dense.bias",
              "encoder.layer.0.output.dense.weight");
      assertThat(checkpoint.shape("encoder.layer.0.output.dense.weight")).containsExactly(2, 3);
      assertThat(checkpoint.read("encoder.layer.0.output.dense.weight").toFloats())
          .containsExactly(1, 3, 5, 2, 4, 6);
      assertThat(checkpoint.read("encoder.layer.0.output.dense.bias").toFloats())
          .containsExactly(7, 8);
    }
  }

  @Test
  void aLargeMatrixIsTransposed() throws IOException {
    int rows = 70; // neither is a multiple of what is transposed together
    int columns = 45;
    float[] stored = new float[rows * columns];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = i;
    }
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInitializer(tensor("a.bias", new float[columns]).addDims(columns))
            .addInitializer(tensor("onnx::MatMul_1", stored).addDims(rows).addDims(columns))
            .addNode(node("MatMul", "product", "x", "onnx::MatMul_1"))
            .addNode(node("Add", "sum", "a.bias", "product"));
    try (Checkpoint checkpoint = open(graph)) {
      HostTensor weight = checkpoint.read("a.weight");
      assertThat(weight.shape()).containsExactly(columns, rows);
      for (int i = 0; i < stored.length; i++) {
        assertThat(weight.at(i % columns * rows + i / columns)).isEqualTo(stored[i]);
      }
    }
  }

  @Test
  void numbersListedOneByOneAreRead() throws IOException {
    TensorProto.Builder listed =
        TensorProto.newBuilder()
            .setName("a.weight")
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addDims(2)
            .addAllFloatData(List.of(1f, 2f));
    try (Checkpoint checkpoint = open(GraphProto.newBuilder().addInitializer(listed))) {
      assertThat(checkpoint.read("a.weight").toFloats()).containsExactly(1, 2);
    }
  }

  @Test
  void aTensorOfTheWrongLengthIsReported() throws IOException {
    GraphProto.Builder graph =
        GraphProto.newBuilder().addInitializer(tensor("a.weight", 1, 2).addDims(3));
    try (Checkpoint checkpoint = open(graph)) {
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> checkpoint.read("a.weight"))
          .withMessageContaining(
              "tensor a.weight of type F32 and shape [3] needs 12 bytes, but has 8");
    }
  }

  @Test
  void aTypeThatIsNotReadIsReported() throws IOException {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInitializer(
                tensor("a.weight", 1).addDims(1).setDataType(TensorProto.DataType.COMPLEX64_VALUE));
    try (Checkpoint checkpoint = open(graph)) {
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> checkpoint.read("a.weight"))
          .withMessageContaining("COMPLEX64");
    }
  }

  @Test
  void filesThatAreNoOnnxModelAreReported() throws IOException {
    byte[] model = ModelProto.newBuilder().setGraph(graph()).build().toByteArray();
    for (byte[] bytes :
        List.of(
            new byte[0],
            "nonsense".getBytes(StandardCharsets.UTF_8),
            Arrays.copyOf(model, model.length - 5))) {
      Path file = Files.write(folder.resolve("model.onnx"), bytes);
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> Checkpoint.open(file))
          .withMessageContaining(file.toString());
    }
  }

  @Test
  void anExportOfPytorchHoldsTheWeightsOfItsModel() {
    Path tinyBert = ResearchData.directory("SIMCSE_DATA").resolve("tribuo-tinybert");
    try (Checkpoint expected = Checkpoint.open(tinyBert.resolve("model.safetensors"));
        Checkpoint actual = Checkpoint.open(tinyBert.resolve("tinybert.onnx"))) {
      Checkpoint a = ParameterNames.of(expected, "bert.", Set.of());
      Checkpoint b = ParameterNames.of(actual, "bert.", Set.of());
      assertThat(b.names()).isEqualTo(a.names()).hasSizeGreaterThan(20);
      for (String name : a.names()) {
        assertThat(b.shape(name)).as(name).isEqualTo(a.shape(name));
        assertThat(b.read(name).toFloats()).as(name).isEqualTo(a.read(name).toFloats());
      }
    }
  }
}
