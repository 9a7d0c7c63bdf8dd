/**
 * Vectors in Parquet files. Holds parquet-java, whose jars share packages and can be no modules.
 */
@SuppressWarnings("module") // the module that it is exported to is not here yet
module org.simcse.parquet {
  requires org.locationtech.jts;
  requires org.slf4j;
  requires static org.jspecify;

  exports org.simcse.parquet to
      org.simcse.cli;
}
