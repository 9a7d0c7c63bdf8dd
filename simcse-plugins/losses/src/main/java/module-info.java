/**
 * Heads that build on others, {@code symmetric}, {@code matryoshka} and {@code hardness}, and heads
 * that read columns of the data, {@code cosent}, {@code angle}, {@code same-id}, {@code distill}
 * and {@code guide}.
 */
module org.simcse.plugins.losses {
  requires org.simcse.api;

  provides org.simcse.api.spi.HeadProvider with
      org.simcse.plugins.losses.SymmetricHeadProvider,
      org.simcse.plugins.losses.MatryoshkaHeadProvider,
      org.simcse.plugins.losses.HardnessHeadProvider,
      org.simcse.plugins.losses.CosentHeadProvider,
      org.simcse.plugins.losses.AngleHeadProvider,
      org.simcse.plugins.losses.SameIdHeadProvider,
      org.simcse.plugins.losses.DistillHeadProvider,
      org.simcse.plugins.losses.GuideHeadProvider;
}
