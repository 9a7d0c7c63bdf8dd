/** The @kind@ {@code @name@}. */
module @package@ {
  requires org.simcse.api;

  // For --plugin-path and the module path; META-INF/services says the same for the class path.
  provides org.simcse.api.spi.@Kind@Provider with
      @package@.@Class@Provider;
}
