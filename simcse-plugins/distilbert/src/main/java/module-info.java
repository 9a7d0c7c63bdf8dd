/** The encoder of DistilBERT. */
module org.simcse.plugins.distilbert {
  requires org.simcse.api;
  requires static org.jspecify;

  provides org.simcse.api.spi.EncoderProvider with
      org.simcse.plugins.distilbert.DistilBertEncoderProvider;
}
