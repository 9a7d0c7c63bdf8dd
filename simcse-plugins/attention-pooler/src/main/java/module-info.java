/** Placeholder. */
module org.simcse.plugins.attention {
  requires org.simcse.api;
}
