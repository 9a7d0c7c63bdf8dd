/** Placeholder. */
module org.simcse.djl {
  requires org.simcse.api;
  requires static org.jspecify;
}
