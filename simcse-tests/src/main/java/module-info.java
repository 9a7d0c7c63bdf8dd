/** Placeholder. */
module org.simcse.tests {
  requires org.simcse.api;
  requires static org.jspecify;
}
