/** Placeholder. */
module org.simcse.core {
  requires org.simcse.api;
  requires static org.jspecify;
}
