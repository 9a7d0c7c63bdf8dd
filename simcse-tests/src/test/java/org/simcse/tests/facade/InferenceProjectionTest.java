package org.simcse.tests.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.SimCse;
import org.simcse.core.SimCseBuilder;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.weights.Checkpoint;
import org.simcse.tests.golden.GoldenFiles;

/** The trained model keeps the MLP behind the pooler that it was trained behind. */
class InferenceProjectionTest {
  @TempDir private Path directory = Path.of("");

  private float[] embed(String metadata, Optional<String> pooler) throws IOException {
    GoldenFiles.copyModel("tiny-bert", directory);
    Files.writeString(directory.resolve("simcse.json"), metadata);
    SimCseBuilder builder = SimCse.builder().backend("reference").model(directory);
    pooler.ifPresent(builder::pooler);
    try (SimCse simcse = builder.open()) {
      return simcse.embed("A man.");
    }
  }

  @Test
  void theMlpFollowsThePoolerThatTheMetadataNames() throws IOException {
    float[] pooled = embed("{\"pooler\": \"avg\", \"head\": \"train-only\"}", Optional.empty());
    float[] projected =
        embed("{\"pooler\": \"avg\", \"head\": \"train-and-test\"}", Optional.empty());
    try (Checkpoint weights = ModelDirectory.open(directory).openWeights()) {
      HostTensor weight = weights.read("mlp.dense.weight");
      HostTensor bias = weights.read("mlp.dense.bias");
      for (int i = 0; i < pooled.length; i++) {
        double sum = bias.at(i);
        for (int j = 0; j < pooled.length; j++) {
          sum += weight.at(i * pooled.length + j) * pooled[j];
        }
        assertThat((double) projected[i]).isCloseTo(Math.tanh(sum), within(1e-6));
      }
    }
  }

  @Test
  void anotherPoolerThanTheModelsOwnHasNoMlp() throws IOException {
    String metadata = "{\"pooler\": \"cls\", \"head\": \"train-and-test\"}";
    assertThat(embed(metadata, Optional.of("avg")))
        .isEqualTo(embed("{\"pooler\": \"avg\", \"head\": \"none\"}", Optional.empty()));
  }
}
