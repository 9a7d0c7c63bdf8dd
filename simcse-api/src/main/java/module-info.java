/**
 * The interfaces that plugin and backend authors compile against; depends only on JSpecify.
 *
 * @uses org.simcse.api.spi.BackendProvider
 * @uses org.simcse.api.spi.EncoderProvider
 * @uses org.simcse.api.spi.PoolerProvider
 * @uses org.simcse.api.spi.HeadProvider
 * @uses org.simcse.api.spi.GatherProvider
 * @uses org.simcse.api.spi.ExporterProvider
 */
module org.simcse.api {
  requires static transitive org.jspecify;

  exports org.simcse.api;
  exports org.simcse.api.engine;
  exports org.simcse.api.error;
  exports org.simcse.api.spi;
  exports org.simcse.api.tensor;

  uses org.simcse.api.spi.BackendProvider;
  uses org.simcse.api.spi.EncoderProvider;
  uses org.simcse.api.spi.PoolerProvider;
  uses org.simcse.api.spi.HeadProvider;
  uses org.simcse.api.spi.GatherProvider;
  uses org.simcse.api.spi.ExporterProvider;
}
