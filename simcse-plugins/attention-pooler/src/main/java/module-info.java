/** The pooler {@code attention}: a learned query decides how much each token counts. */
module org.simcse.plugins.attention {
  requires org.simcse.api;

  provides org.simcse.api.spi.PoolerProvider with
      org.simcse.plugins.attention.AttentionPoolerProvider;
}
