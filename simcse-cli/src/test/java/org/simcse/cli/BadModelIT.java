package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.tensor.HostTensor;

/**
 * Broken model directories: one clear sentence and exit code 1, or 2 where the user chose wrong.
 */
class BadModelIT {
  @TempDir private Path directory = Path.of("");

  private static void assertRefused(Path model, int status, String... parts)
      throws IOException, InterruptedException {
    Simcse.Result result =
        Simcse.run(
            "embed", "--model", model.toString(), "--pooler", "avg", "A man is playing a guitar.");
    assertThat(result.message()).contains(parts).startsWith("simcse: ");
    assertThat(result.message().lines()).as("one line").hasSize(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.status()).isEqualTo(status);
  }

  @Test
  void aMissingDirectory() throws Exception {
    assertRefused(directory.resolve("none"), 1, "none does not exist");
  }

  @Test
  void aDirectoryWithoutConfig() throws Exception {
    assertRefused(directory, 1, "has no config.json");
  }

  @Test
  void aDirectoryWithoutMetadataNeedsAPooler() throws Exception {
    Simcse.Result result =
        Simcse.run("embed", "--model", Models.tinyBert(directory).toString(), "x");
    assertThat(result.message())
        .contains(
            "does not say how its hidden states become a vector", "poolers", "avg_first_last");
    assertThat(result.status()).isEqualTo(2);
  }

  @Test
  void truncatedSafetensors() throws Exception {
    Path model = Models.tinyBert(directory);
    Path file = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(
        file, ByteBuffer.allocate(bytes.length / 2).put(bytes, 0, bytes.length / 2).array());
    assertRefused(model, 1, "model.safetensors", "bytes");
  }

  @Test
  void aHeaderLargerThanTheFile() throws Exception {
    Path model = Models.tinyBert(directory);
    Files.write(
        model.resolve("model.safetensors"),
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(1L << 40).array());
    assertRefused(model, 1, "model.safetensors", "header");
  }

  @Test
  void overlappingOffsets() throws Exception {
    Path model = Models.tinyBert(directory);
    Models.changeHeader(
        model, header -> header.replace("\"data_offsets\":[128,256]", "\"data_offsets\":[64,192]"));
    assertRefused(model, 1, "model.safetensors", "bert.embeddings.LayerNorm");
  }

  @Test
  void aMisshapenTensor() throws Exception {
    Path model =
        Models.tinyBert(
            directory,
            tensors -> {
              tensors.put("bert.embeddings.LayerNorm.bias", HostTensor.of(new float[31], 31));
              return tensors;
            });
    assertRefused(model, 1, "bert.embeddings.LayerNorm.bias is [31], but the model needs [32]");
  }

  @Test
  void aMissingTensor() throws Exception {
    Path model =
        Models.tinyBert(
            directory,
            tensors -> {
              tensors.remove("bert.encoder.layer.1.output.dense.weight");
              return tensors;
            });
    assertRefused(model, 1, "lacks bert.encoder.layer.1.output.dense.weight");
    // An encoder is whole, or it is not the model that was asked for.
    Simcse.Result allowed =
        Simcse.run(
            "embed", "--model", model.toString(), "--pooler", "avg", "--allow-new-parameters", "x");
    assertThat(allowed.status()).isEqualTo(1);
    assertThat(allowed.message())
        .contains("lacks bert.encoder.layer.1.output.dense.weight", "not a whole encoder")
        .doesNotContain("random values");
  }

  @Test
  void weightsThatAreNoNumbersAreWarnedOfAndTheirVectorsRefused() throws Exception {
    Path model =
        Models.tinyBert(
            directory,
            tensors -> {
              float[] values =
                  tensors
                      .getOrDefault(
                          "bert.embeddings.LayerNorm.bias", HostTensor.of(new float[32], 32))
                      .toFloats();
              values[7] = Float.NaN;
              tensors.put("bert.embeddings.LayerNorm.bias", HostTensor.of(values, 32));
              return tensors;
            });
    Simcse.Result result =
        Simcse.run("embed", "--model", model.toString(), "--pooler", "avg", "first", "second");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.message())
        .contains(
            "bert.embeddings.LayerNorm.bias holds NaN at index 7",
            "The vector of text 1 ('first') is not finite",
            "--allow-non-finite");
    Simcse.Result pair =
        Simcse.run("similarity", "--model", model.toString(), "--pooler", "avg", "first", "second");
    assertThat(pair.status()).isEqualTo(1);
    assertThat(pair.message()).contains("The vector of text 1 of pair 1 ('first') is not finite");
    Simcse.Result allowed =
        Simcse.run(
            "embed",
            "--allow-non-finite",
            "--format",
            "jsonl",
            "--model",
            model.toString(),
            "--pooler",
            "avg",
            "x");
    assertThat(allowed.status()).isZero();
    assertThat(allowed.out()).startsWith("{\"text\":\"x\",\"embedding\":[null,null");
  }

  @Test
  void aMaliciousPickleRunsNothing() throws Exception {
    Path model = Models.tinyBert(directory);
    Files.delete(model.resolve("model.safetensors"));
    Path trace = directory.resolve("executed");
    String pickle = "cos\nsystem\n(S'touch " + trace + "'\ntR.";
    Files.write(model.resolve("pytorch_model.bin"), stored("archive/data.pkl", pickle));
    assertRefused(model, 1, "pytorch_model.bin", "os.system");
    assertThat(trace).doesNotExist();
  }

  /** PyTorch does not compress. */
  private static byte[] stored(String name, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(entry);
      zip.write(bytes);
      zip.closeEntry();
    }
    return file.toByteArray();
  }

  @Test
  void aConfigThatAsksForWhatIsNotImplemented() throws Exception {
    Path model = Models.tinyBert(directory);
    Path config = model.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"absolute\"", "\"relative_key\""));
    assertRefused(
        model, 1, "position_embedding_type = relative_key", "only absolute is implemented");
  }

  @Test
  void aModelTypeThatNobodyProvides() throws Exception {
    Path model = Models.tinyBert(directory);
    Path config = model.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config).replace("\"model_type\": \"bert\"", "\"model_type\": \"t5\""));
    assertRefused(model, 1, model.toString(), "the model_type 't5'", "bert", "xlm-roberta");
  }

  @Test
  void tokenIdsBeyondTheVocabulary() throws Exception {
    Path model =
        Models.tinyBert(
            directory,
            tensors -> {
              tensors.put(
                  "bert.embeddings.word_embeddings.weight",
                  HostTensor.of(new float[200 * 32], 200, 32));
              return tensors;
            });
    Path config = model.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"vocab_size\": 540", "\"vocab_size\": 200"));
    assertRefused(model, 2, "but the model's vocabulary has 200 entries");
  }

  @Test
  void aLengthOverThePositionTable() throws Exception {
    Simcse.Result result =
        Simcse.run(
            "embed",
            "--model",
            Models.tinyBert(directory).toString(),
            "--pooler",
            "avg",
            "--max-length",
            "65",
            "x");
    assertThat(result.message())
        .isEqualTo("simcse: The maximal length 65 is beyond the model's 64 positions for a text.");
    assertThat(result.status()).isEqualTo(2);
  }

  @Test
  void aHeadThatIsNotThere() throws Exception {
    Path model =
        Models.tinyBert(
            directory,
            tensors -> {
              tensors.keySet().removeIf(name -> name.startsWith("mlp."));
              return tensors;
            });
    Simcse.Result result = Simcse.run("embed", "--model", model.toString(), "--pooler", "cls", "x");
    assertThat(result.message())
        .contains("lacks mlp.dense.bias, mlp.dense.weight", "allow new parameters");
    assertThat(result.status()).isEqualTo(1);
  }
}
