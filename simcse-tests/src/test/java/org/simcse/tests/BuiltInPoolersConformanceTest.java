package org.simcse.tests;

import java.util.List;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.spi.Providers;

/** Every pooler that core provides. */
@ParameterizedClass
@MethodSource("names")
class BuiltInPoolersConformanceTest extends PoolerConformance {
  @Parameter private String name = "";

  static List<String> names() {
    return Providers.poolers(List.of()).all().stream().map(PoolerProvider::name).toList();
  }

  @Override
  protected PoolerProvider provider() {
    return Providers.poolers(List.of()).get(name);
  }
}
