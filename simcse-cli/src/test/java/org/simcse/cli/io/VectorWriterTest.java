package org.simcse.cli.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.weights.Checkpoint;

class VectorWriterTest {
  @TempDir private Path directory = Path.of("");

  private static String text(VectorWriter.Format format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (VectorWriter writer = new TextVectorWriter(bytes, format, 2)) {
      writer.write("say \"hi\", é", new float[] {1, -0.5f});
      writer.write("b", new float[] {1e-9f, 3});
      writer.finish();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private Path binary(VectorWriter.Format format, int rows) throws IOException {
    Path file = directory.resolve("vectors." + format.name().toLowerCase(java.util.Locale.ROOT));
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        VectorWriter writer = new BinaryVectorWriter(channel, format, 2)) {
      for (int i = 0; i < rows; i++) {
        writer.write("ignored", new float[] {i, -i});
      }
      writer.finish();
    }
    return file;
  }

  @Test
  void textIsNumbersBetweenSpaces() throws IOException {
    assertThat(text(VectorWriter.Format.TEXT)).isEqualTo("1.0 -0.5\n1.0E-9 3.0\n");
  }

  @Test
  void csvHasAHeaderAndQuotesTheText() throws IOException {
    assertThat(text(VectorWriter.Format.CSV))
        .isEqualTo("text,e0,e1\n\"say \"\"hi\"\", é\",1.0,-0.5\n\"b\",1.0E-9,3.0\n");
  }

  @Test
  void jsonlHasAnObjectALine() throws IOException {
    assertThat(text(VectorWriter.Format.JSONL))
        .isEqualTo(
            "{\"text\":\"say \\\"hi\\\", é\",\"embedding\":[1.0,-0.5]}\n{\"text\":\"b\",\"embedding\":[1.0E-9,3.0]}\n");
  }

  @ParameterizedTest
  @CsvSource({"TEXT,''", "JSONL,''", "CSV,'text,e0,e1\n'"})
  void nothingIsAnEmptyFileOrAHeader(VectorWriter.Format format, String expected)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (VectorWriter writer = new TextVectorWriter(bytes, format, 2)) {
      writer.finish();
    }
    assertThat(bytes).hasToString(expected);
  }

  @Test
  void whatFailsBeforeTheFirstRowHasNoHeader() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new TextVectorWriter(bytes, VectorWriter.Format.CSV, 2).close();
    assertThat(bytes.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "TEXT,'nan inf -inf 1.0'",
    "JSONL,'{\"text\":\"a\",\"embedding\":[null,null,null,1.0]}'",
    "CSV,'text,e0,e1,e2,e3\n\"a\",nan,inf,-inf,1.0'"
  })
  void whatIsNotFiniteIsWrittenAsOthersReadIt(VectorWriter.Format format, String expected)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (VectorWriter writer = new TextVectorWriter(bytes, format, 4)) {
      writer.write(
          "a", new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1});
      writer.finish();
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8).strip()).isEqualTo(expected);
  }

  @Test
  void parquetThatIsNotFinishedHasNoEnd() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (VectorWriter writer = new ParquetVectorWriter(bytes)) {
      writer.write("a", new float[] {1, 2});
    }
    assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).doesNotEndWith("PAR1");
    try (VectorWriter writer = new ParquetVectorWriter(bytes)) {
      writer.write("a", new float[] {1, 2});
      writer.finish();
    }
    assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).startsWith("PAR1").endsWith("PAR1");
  }

  @Test
  void npyHasNumPysHeader() throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(binary(VectorWriter.Format.NPY, 3)))
            .order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[6];
    bytes.get(magic);
    assertThat(magic).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y');
    assertThat(bytes.getShort()).isEqualTo((short) 1);
    byte[] header = new byte[bytes.getShort()];
    bytes.get(header);
    assertThat(new String(header, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }")
        .endsWith("\n");
    assertThat(bytes.position() % 64).isZero();
    assertThat(bytes.remaining()).isEqualTo(3 * 2 * Float.BYTES);
    assertThat(bytes.getFloat(bytes.position() + 2 * Float.BYTES)).isEqualTo(1f);
  }

  @Test
  void safetensorsIsReadBackByOurOwnReader() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(binary(VectorWriter.Format.SAFETENSORS, 3))) {
      HostTensor embeddings = checkpoint.read("embeddings");
      assertThat(embeddings.shape()).containsExactly(3, 2);
      assertThat(embeddings.toFloats()).containsExactly(0, 0, 1, -1, 2, -2);
    }
  }

  @Test
  void noRowsAtAllMakeAFileOfNoRows() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(binary(VectorWriter.Format.SAFETENSORS, 0))) {
      assertThat(checkpoint.shape("embeddings")).containsExactly(0, 2);
    }
  }
}
