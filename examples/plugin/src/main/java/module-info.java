/** The pooler {@code last-token} and the head {@code margin}. */
module example.plugin {
  requires org.simcse.api;

  // For --plugin-path and the module path; META-INF/services says the same for the class path.
  provides org.simcse.api.spi.PoolerProvider with
      example.LastTokenPoolerProvider;
  provides org.simcse.api.spi.HeadProvider with
      example.MarginHeadProvider;
}
