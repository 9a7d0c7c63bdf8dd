package org.simcse.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.ShapeException;
import org.simcse.api.error.SimCseException;
import org.simcse.api.tensor.HostTensor;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadInItsOwnPrecision() {
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(
        file,
        Map.of(
            "floats", HostTensor.of(new float[] {1.5f, -2, Float.NaN}, 3, 1),
            "doubles", HostTensor.of(new double[] {0.1, 1e300}, 2),
            "longs", HostTensor.of(new long[] {Long.MAX_VALUE, -1}, 1, 2),
            "scalar", HostTensor.of(new float[] {7}),
            "empty", HostTensor.of(new float[0], 0, 4)));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.names())
          .containsExactly("doubles", "empty", "floats", "longs", "scalar");
      assertThat(checkpoint.shape("floats")).containsExactly(3, 1);
      assertThat(checkpoint.read("floats")).isInstanceOf(HostTensor.Floats.class);
      assertThat(checkpoint.read("floats").toFloats()).containsExactly(1.5f, -2, Float.NaN);
      assertThat(checkpoint.read("doubles")).isInstanceOf(HostTensor.Doubles.class);
      assertThat(checkpoint.read("doubles").toDoubles()).containsExactly(0.1, 1e300);
      assertThat(checkpoint.read("longs").toLongs()).containsExactly(Long.MAX_VALUE, -1);
      assertThat(checkpoint.read("scalar").shape()).isEmpty();
      assertThat(checkpoint.read("empty").size()).isZero();
    }
  }

  @Test
  void tensorsStayValidWhenTheCheckpointIsClosed() {
    HostTensor tensor;
    try (Checkpoint checkpoint = Checkpoint.open(TinyBert.file("model.safetensors"))) {
      tensor = checkpoint.read("bert.embeddings.word_embeddings.weight");
    }
    assertThat(tensor.shape()).containsExactly(540, 32);
    assertThat(((HostTensor.Floats) tensor).data().isDirect()).isTrue();
    assertThat(tensor.toFloats()).hasSize(540 * 32).doesNotContain(Float.NaN);
  }

  @Test
  void tensorsLargerThanABufferAreWrittenWhole() {
    float[] values = new float[600_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(file, Map.of("w", HostTensor.of(values, values.length)));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.read("w").toFloats()).isEqualTo(values);
    }
  }

  @Test
  void theHeaderIsPaddedToEightBytesAndSaysPytorch() throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(file, Map.of("w", HostTensor.of(new float[] {1}, 1)));
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getLong(0) % 8).isZero();
    assertThat(new String(bytes.array(), StandardCharsets.ISO_8859_1))
        .containsPattern("\"format\"\\s*:\\s*\"pt\"");
  }

  @Test
  void halfPrecisionAndSmallIntegersAreWidened() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    data.putShort((short) 0x3c00).putShort((short) 0xc000).putShort((short) 0x0001);
    data.putShort((short) 0x3f80).putShort((short) 0xc000).putShort((short) 0x7f80);
    data.putInt(-5).putShort((short) -6).put((byte) -7).put((byte) 0xff).put((byte) 1);
    Path file =
        file(
            """
            {"half": {"dtype": "F16", "shape": [3], "data_offsets": [0, 6]},
             "brain": {"dtype": "BF16", "shape": [3], "data_offsets": [6, 12]},
             "i32": {"dtype": "I32", "shape": [1], "data_offsets": [12, 16]},
             "i16": {"dtype": "I16", "shape": [1], "data_offsets": [16, 18]},
             "i8": {"dtype": "I8", "shape": [1], "data_offsets": [18, 19]},
             "u8": {"dtype": "U8", "shape": [1], "data_offsets": [19, 20]},
             "bool": {"dtype": "BOOL", "shape": [4], "data_offsets": [20, 24]}}""",
            data.array());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.read("half").toFloats()).containsExactly(1, -2, 0x1p-24f);
      assertThat(checkpoint.read("brain").toFloats())
          .containsExactly(1, -2, Float.POSITIVE_INFINITY);
      assertThat(checkpoint.read("i32").toLongs()).containsExactly(-5);
      assertThat(checkpoint.read("i16").toLongs()).containsExactly(-6);
      assertThat(checkpoint.read("i8").toLongs()).containsExactly(-7);
      assertThat(checkpoint.read("u8").toLongs()).containsExactly(255);
      assertThat(checkpoint.read("bool").toLongs()).containsExactly(1, 0, 0, 0);
    }
  }

  @Test
  void everyHalfIsWidenedExactly() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = (bits >> 10) & 31;
      int fraction = bits & 1023;
      double magnitude =
          exponent == 31
              ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
              : exponent == 0
                  ? Math.scalb((double) fraction, -24)
                  : Math.scalb(1 + fraction / 1024.0, exponent - 15);
      assertThat(DataType.halfToFloat((short) bits))
          .isEqualTo(Float.valueOf((float) (bits >= 1 << 15 ? -magnitude : magnitude)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"w\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 4]}}                 | tensor w of type F32 and shape [2] needs 8 bytes, but has 4",
        "{\"w\": {\"dtype\": \"F4\", \"shape\": [2], \"data_offsets\": [0, 8]}}                  | tensor w has the type F4; known are",
        "{\"w\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [4, 12]}}                | tensor w has the offsets [4, 12]",
        "{\"w\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [8, 0]}}                 | tensor w has the offsets [8, 0]",
        "{\"w\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}}                 | leave a gap",
        "{\"w\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}}                 | the rest belongs to no tensor",
        "{\"w\": {\"dtype\": \"F32\", \"shape\": [-2], \"data_offsets\": [0, 8]}}                | tensor w has the shape [-2]",
        "{\"w\": {\"dtype\": \"F32\", \"shape\": [4294967296, 4294967296], \"data_offsets\": [0, 8]}} | tensor w has the impossible shape",
        "{\"w\": {\"dtype\": \"F32\", \"shape\": \"2\", \"data_offsets\": [0, 8]}}               | tensor w: the field shape is 2, where a list is expected",
        "{\"w\": {\"dtype\": \"F32\", \"data_offsets\": [0, 8]}}                                 | tensor w has no field shape",
        "{\"w\": 3}                                                                              | the field w is 3, where an object is expected",
        "{\"w\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}, \"w\": 3}       | not valid JSON: Duplicate field 'w'",
        "{\"v\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}, \"w\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}} | tensor w starts at byte",
        "[1]                                                                                     | does not hold a JSON object",
        "nonsense                                                                                | not valid JSON"
      })
  void aDamagedHeaderIsReportedWithFileAndTensor(String header, String message) throws IOException {
    Path file = file(header.strip(), new byte[8]);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.open(file))
        .withMessageContaining(file.toString())
        .withMessageContaining(message);
  }

  @Test
  void overlappingTensorsAreReported() throws IOException {
    Path file =
        file(
            """
            {"v": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
             "w": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}""",
            new byte[8]);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.open(file))
        .withMessageContaining("tensor w")
        .withMessageContaining("tensor v")
        .withMessageContaining("they overlap");
  }

  @ParameterizedTest
  @CsvSource({"9", "4611686018427387904", "-1"})
  void aHeaderLargerThanItsFileIsReported(long length) throws IOException {
    byte[] bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    Path file = Files.write(folder.resolve("model.safetensors"), bytes);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.open(file))
        .withMessageContaining("the header should have " + Long.toUnsignedString(length))
        .withMessageContaining("the file has 16 bytes");
  }

  @Test
  void aNameThatIsNotThereIsReported() {
    try (Checkpoint checkpoint = Checkpoint.open(TinyBert.file("model.safetensors"))) {
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> checkpoint.read("nope"))
          .withMessageContaining("holds no tensor nope");
    }
  }

  @Test
  void shardsAreReadThroughTheirIndex() throws IOException {
    SafetensorsWriter.write(
        folder.resolve("a.safetensors"), Map.of("x", HostTensor.of(new float[] {1}, 1)));
    SafetensorsWriter.write(
        folder.resolve("b.safetensors"), Map.of("y", HostTensor.of(new float[] {2}, 1)));
    Path index = index("{\"weight_map\": {\"x\": \"a.safetensors\", \"y\": \"b.safetensors\"}}");
    try (Checkpoint checkpoint = Checkpoint.open(index)) {
      assertThat(checkpoint.names()).containsExactly("x", "y");
      assertThat(checkpoint.shape("y")).containsExactly(1);
      assertThat(checkpoint.read("x").toFloats()).containsExactly(1);
      assertThat(checkpoint.read("y").toFloats()).containsExactly(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "../a.safetensors | which is no name of a shard beside it",
        "/etc/passwd      | which is no name of a shard beside it",
        "b.safetensors    | There is no weights file",
        "a.safetensors    | which does not hold it"
      })
  void anIndexThatDoesNotFitItsShardsIsReported(String shard, String message) throws IOException {
    SafetensorsWriter.write(
        folder.resolve("a.safetensors"), Map.of("x", HostTensor.of(new float[] {1}, 1)));
    Path index = index("{\"weight_map\": {\"y\": \"%s\"}}".formatted(shard));
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.open(index))
        .withMessageContaining(message);
  }

  @Test
  void aFailureWhileWritingLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("model.safetensors"), "old");
    HostTensor tensor = HostTensor.of(new float[] {1}, 1);
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    file,
                    List.of(
                        NamedTensor.of("v", tensor),
                        NamedTensor.of("w", DataType.F32, new long[] {2}, () -> tensor))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("w was announced as [2], but has the shape [1]");
    assertThat(file).hasContent("old");
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void aMissingDirectoryToWriteToIsReported() {
    assertThatExceptionOfType(SimCseException.class)
        .isThrownBy(
            () -> SafetensorsWriter.write(folder.resolve("none/model.safetensors"), List.of()))
        .withMessageContaining("cannot be written");
  }

  private Path index(String json) throws IOException {
    return Files.writeString(folder.resolve("model.safetensors.index.json"), json);
  }

  private Path file(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .put(data);
    return Files.write(folder.resolve("model.safetensors"), bytes.array());
  }
}
