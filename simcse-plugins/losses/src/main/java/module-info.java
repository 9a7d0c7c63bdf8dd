/** Two heads that build on others: {@code symmetric} and {@code matryoshka}. */
module org.simcse.plugins.losses {
  requires org.simcse.api;

  provides org.simcse.api.spi.HeadProvider with
      org.simcse.plugins.losses.SymmetricHeadProvider,
      org.simcse.plugins.losses.MatryoshkaHeadProvider;
}
