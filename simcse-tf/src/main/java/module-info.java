/** Placeholder. */
module org.simcse.tf {
  requires org.simcse.api;
  requires static org.jspecify;
}
