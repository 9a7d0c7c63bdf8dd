package org.simcse.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.tensor.HostTensor;

class ParameterNamesTest {
  private static final Set<String> WANTED =
      Set.of("bert.transformer.layer.0.q_lin.weight", "model.own.weight");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "embeddings.word_embeddings.weight, bert.embeddings.word_embeddings.weight",
    "bert.embeddings.word_embeddings.weight, bert.embeddings.word_embeddings.weight",
    "encoder.layer.0.output.LayerNorm.gamma, bert.encoder.layer.0.output.LayerNorm.weight",
    "bert.embeddings.LayerNorm.beta, bert.embeddings.LayerNorm.bias",
    "pooler.dense.weight, bert.pooler.dense.weight",
    "pooler.query, pooler.query",
    "mlp.dense.weight, mlp.dense.weight",
    "lm_head.transform.LayerNorm.weight, lm_head.transform.LayerNorm.weight",
    "cls.predictions.bias, lm_head.bias",
    "cls.predictions.decoder.weight, lm_head.decoder.weight",
    "cls.predictions.transform.dense.bias, lm_head.transform.dense.bias",
    "cls.predictions.transform.LayerNorm.gamma, lm_head.transform.LayerNorm.weight",
    "module.cls.predictions.transform.LayerNorm.beta, lm_head.transform.LayerNorm.bias",
    "cls.seq_relationship.weight, cls.seq_relationship.weight",
    "module.encoder.layer.0.output.dense.bias, bert.encoder.layer.0.output.dense.bias",
    "module.mlp.dense.bias, mlp.dense.bias",
    "_orig_mod.bert.embeddings.LayerNorm.weight, bert.embeddings.LayerNorm.weight",
    "module._orig_mod.mlp.dense.bias, mlp.dense.bias",
    "0.auto_model.embeddings.LayerNorm.beta, bert.embeddings.LayerNorm.bias",
    "auto_model.encoder.layer.0.output.dense.bias, bert.encoder.layer.0.output.dense.bias",
    "model.bert.encoder.layer.0.output.dense.bias, bert.encoder.layer.0.output.dense.bias",
    "transformer.layer.0.q_lin.weight, bert.transformer.layer.0.q_lin.weight",
    "module.transformer.layer.0.q_lin.weight, bert.transformer.layer.0.q_lin.weight",
    "transformer.layer.1.q_lin.weight, transformer.layer.1.q_lin.weight",
    "model.own.weight, model.own.weight"
  })
  void namesComeOutAsToday(String stored, String expected) {
    try (Checkpoint checkpoint = checkpoint(stored)) {
      assertThat(checkpoint.names()).containsExactly(expected);
      assertThat(checkpoint.shape(expected)).containsExactly(1);
      assertThat(checkpoint.read(expected).toFloats()).containsExactly(0);
    }
  }

  @ParameterizedTest
  @CsvSource({"bert.embeddings.position_ids", "embeddings.position_ids"})
  void positionIdsAreLeftOut(String stored) {
    try (Checkpoint checkpoint = checkpoint(stored)) {
      assertThat(checkpoint.names()).isEmpty();
    }
  }

  @Test
  void twoTensorsOfOneNameAreReported() {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(
            () -> checkpoint("embeddings.LayerNorm.gamma", "bert.embeddings.LayerNorm.weight"))
        .withMessageContaining(
            "both bert.embeddings.LayerNorm.weight and embeddings.LayerNorm.gamma")
        .withMessageContaining("the same parameter bert.embeddings.LayerNorm.weight");
  }

  private Checkpoint checkpoint(String... names) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (String name : names) {
      tensors.put(name, HostTensor.of(new float[1], 1));
    }
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(file, tensors);
    return ParameterNames.of(Checkpoint.open(file), "bert.", WANTED);
  }
}
