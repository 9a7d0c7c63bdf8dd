package org.simcse.benchmarks;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import java.util.List;
import org.simcse.api.engine.DeviceKind;
import org.simcse.core.SimCse;

/** An embedder of all-MiniLM-L6-v2 under measurement. */
interface Contender extends AutoCloseable {
  /** The embedder that the others are compared with. */
  String BASELINE = "langchain4j";

  /** The vectors of some texts, in their order. */
  List<float[]> embed(List<String> texts);

  @Override
  void close();

  /** Opens the baseline, or SimCSE on the backend of that name. */
  static Contender open(String name) {
    return name.equals(BASELINE)
        ? langchain4j()
        : simCse(
            SimCse.builder()
                .backend(name)
                .device(DeviceKind.CPU)
                .threads(Throughput.THREADS)
                .maxLength(Corpus.MAX_LENGTH)
                .batchTokens(Throughput.BATCH_TOKENS)
                .open());
  }

  private static Contender simCse(SimCse simcse) {
    return new Contender() {
      @Override
      public List<float[]> embed(List<String> texts) {
        return simcse.embed(texts);
      }

      @Override
      public void close() {
        simcse.close();
      }
    };
  }

  /** With its default executor, which has as many threads as the JVM sees processors. */
  private static Contender langchain4j() {
    AllMiniLmL6V2EmbeddingModel model = new AllMiniLmL6V2EmbeddingModel();
    return new Contender() {
      @Override
      public List<float[]> embed(List<String> texts) {
        return model.embedAll(texts.stream().map(TextSegment::from).toList()).content().stream()
            .map(Embedding::vector)
            .toList();
      }

      @Override
      public void close() {}
    };
  }
}
