package org.simcse.cli;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import org.simcse.core.train.TrainingPlan;

/** Composes what the command that trains needs. Names are resolved before. */
final class TrainingModule extends AbstractModule {
  private final TrainingPlan plan;
  private final OutputOptions say;

  TrainingModule(TrainingPlan plan, OutputOptions say) {
    this.plan = plan;
    this.say = say;
  }

  @Provides
  TrainingPlan plan() {
    return plan;
  }

  @Provides
  OutputOptions say() {
    return say;
  }
}
