/** The pooler {@code prompt}: PromptBERT's template around a text, and the mask in it. */
module org.simcse.plugins.prompt {
  requires org.simcse.api;
  requires static org.jspecify;

  provides org.simcse.api.spi.PoolerProvider with
      org.simcse.plugins.prompt.PromptPoolerProvider;
}
