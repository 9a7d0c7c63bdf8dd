package @package@;

import java.util.Map;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.tests.PoolerConformance;

class @Class@ConformanceTest extends PoolerConformance {
  @Override
  protected PoolerProvider provider() {
    return new @Class@Provider();
  }

  @Override
  protected Map<String, String> options() {
    return Map.of("first", "0.25");
  }
}
