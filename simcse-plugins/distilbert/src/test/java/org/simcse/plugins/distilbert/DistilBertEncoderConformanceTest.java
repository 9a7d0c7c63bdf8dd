package org.simcse.plugins.distilbert;

import java.nio.file.Path;
import org.simcse.tests.golden.EncoderPluginConformance;

/** The vectors are those of sentence-transformers 6.2.0 with transformers 5.24.0. */
class DistilBertEncoderConformanceTest extends EncoderPluginConformance {
  @Override
  protected Path model() {
    return DistilBertTest.resource("tiny");
  }
}
