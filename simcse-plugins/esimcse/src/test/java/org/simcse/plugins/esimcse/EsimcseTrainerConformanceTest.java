package org.simcse.plugins.esimcse;

import java.util.Map;
import org.simcse.tests.TestEnvironment;
import org.simcse.tests.TrainerConformance;

/** Runs with the queue repeat and resume with the same bits. */
class EsimcseTrainerConformanceTest extends TrainerConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.selected();
  }

  @Override
  protected Map<String, String> settings() {
    return Map.of("head", "esimcse:queue=12,momentum=0.9");
  }
}
