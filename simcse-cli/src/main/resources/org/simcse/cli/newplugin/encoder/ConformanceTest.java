package @package@;

import java.nio.file.Path;
import org.simcse.tests.golden.EncoderPluginConformance;

/** The vectors are those of {@code src/test/python/tiny.py}. */
class @Class@ConformanceTest extends EncoderPluginConformance {
  @Override
  protected Path model() {
    return Path.of("src/test/resources/tiny");
  }
}
