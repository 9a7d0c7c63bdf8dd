package org.simcse.core;

import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Program;
import org.simcse.api.spi.BackendProvider;
import org.simcse.core.embed.SentenceEmbedder;
import org.simcse.core.model.SentenceModel;
import org.simcse.core.tokenize.TextTokenizer;

/** A model whose every name has been looked up, and of which nothing is loaded yet. Immutable. */
public final class PreparedModel {
  private final BackendProvider provider;
  private final BackendConfig config;
  private final ModelDescription description;
  private final int batchTokens;
  private final boolean allowNewParameters;

  PreparedModel(
      BackendProvider provider,
      BackendConfig config,
      ModelDescription description,
      int batchTokens,
      boolean allowNewParameters) {
    this.provider = provider;
    this.config = config;
    this.description = description;
    this.batchTokens = batchTokens;
    this.allowNewParameters = allowNewParameters;
  }

  /**
   * Starts an engine and loads the model into it; the caller closes the result.
   *
   * @throws org.simcse.api.error.SimCseException if the weights do not fit or the engine cannot be
   *     started; nothing stays open then
   */
  public SimCse open() {
    TextTokenizer tokenizer =
        TextTokenizer.open(description.directory().tokenizer(), config.threads());
    try {
      Backend engine = provider.create(config);
      try {
        return open(tokenizer, engine);
      } catch (RuntimeException e) {
        engine.close();
        throw e;
      }
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private SimCse open(TextTokenizer tokenizer, Backend engine) {
    SentenceModel model = description.model();
    int dimension = description.load(engine.parameters(), allowNewParameters);
    Program program = engine.compile(model, SentenceModel.signature());
    SentenceEmbedder embedder =
        new SentenceEmbedder(
            program,
            model.encoder(),
            model.pooler(),
            tokenizer,
            description.maxLength(),
            batchTokens);
    return new SimCse(engine, tokenizer, embedder, dimension, description.maxLength());
  }
}
