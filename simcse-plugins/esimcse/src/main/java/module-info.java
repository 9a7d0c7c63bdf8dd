/** The head {@code esimcse}: a queue of negatives that a momentum encoder fills. */
module org.simcse.plugins.esimcse {
  requires org.simcse.api;

  provides org.simcse.api.spi.HeadProvider with
      org.simcse.plugins.esimcse.EsimcseHeadProvider;
}
