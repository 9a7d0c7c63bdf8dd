package org.simcse.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.MaskedTokenHead;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.train.step.MaskedLanguageModel;

class RenamedCheckpointTest {
  private static final String WORDS = "bert.embeddings.word_embeddings.weight";
  private static final String POOLER = "bert.pooler.dense.";
  private static final String DECODER = "lm_head.decoder.weight";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void save() {
    file = folder.resolve("model.safetensors");
    save(Map.of(WORDS, 1f, POOLER + "weight", 2f, POOLER + "bias", 3f));
  }

  private void save(Map<String, Float> values) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    values.forEach((name, value) -> tensors.put(name, HostTensor.of(new float[] {value}, 1)));
    SafetensorsWriter.write(file, tensors);
  }

  @Test
  void theMlpCanStartFromThePooler() {
    try (Checkpoint checkpoint =
        Checkpoint.open(file).withAliases(SimCseHead.poolerAliases("bert."))) {
      assertThat(checkpoint.names())
          .containsExactly(
              WORDS, POOLER + "bias", POOLER + "weight", "mlp.dense.bias", "mlp.dense.weight");
      assertThat(checkpoint.read("mlp.dense.weight").at(0)).isEqualTo(2);
      assertThat(checkpoint.read("mlp.dense.bias").at(0)).isEqualTo(3);
      assertThat(checkpoint.read(POOLER + "bias").at(0)).isEqualTo(3);
      assertThat(checkpoint.shape("mlp.dense.bias")).containsExactly(1);
    }
  }

  @Test
  void aDecoderThatWasTiedIsTheTableOfWords() {
    MaskedLanguageModel head =
        new MaskedLanguageModel(new MaskedTokenHead("dense", "norm", 1e-12, WORDS), false);
    try (Checkpoint checkpoint = Checkpoint.open(file).withAliases(head.aliases())) {
      assertThat(checkpoint.read(DECODER).at(0)).isEqualTo(1);
    }
  }

  @Test
  void aNameOfItsOwnWins() {
    save(Map.of(WORDS, 1f, DECODER, 4f));
    try (Checkpoint checkpoint = Checkpoint.open(file).withAliases(Map.of(DECODER, WORDS))) {
      assertThat(checkpoint.names()).containsExactly(WORDS, DECODER);
      assertThat(checkpoint.read(DECODER).at(0)).isEqualTo(4);
    }
  }

  @Test
  void anAliasOfNothingIsLeftOut() {
    try (Checkpoint checkpoint = Checkpoint.open(file).withAliases(Map.of(DECODER, "absent"))) {
      assertThat(checkpoint.names()).doesNotContain(DECODER);
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> checkpoint.read(DECODER))
          .withMessageContaining("holds no tensor " + DECODER);
    }
  }
}
