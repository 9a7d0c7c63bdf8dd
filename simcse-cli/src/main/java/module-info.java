/** Placeholder. */
module org.simcse.cli {
  requires org.simcse.api;
  requires static org.jspecify;
}
