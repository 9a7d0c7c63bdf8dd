package org.simcse.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.simcse.api.error.DuplicateProviderException;
import org.simcse.api.error.PluginException;
import org.simcse.api.error.UnknownProviderException;

class ProvidersTest {
  private record Named(String name, Set<String> aliases) implements Provider {
    @Override
    public String description() {
      return "a provider of the test";
    }
  }

  private final Provider first = new Named("pytorch", Set.of("djl"));
  private final Provider second = new Named("tensorflow", Set.of("tf"));

  @Test
  void aProviderIsFoundByNameAndByAlias() {
    Providers<Provider> providers = Providers.of("backend", List.of(second, first));
    assertThat(providers.get("pytorch")).isSameAs(first);
    assertThat(providers.get("tf")).isSameAs(second);
    assertThat(providers.all()).containsExactly(first, second);
  }

  @Test
  void anUnknownNameListsWhatWasFoundAndWhere() {
    assertThatThrownBy(() -> Providers.of("backend", List.of(first)).get("nope"))
        .isInstanceOf(UnknownProviderException.class)
        .hasMessage(
            "There is no backend named 'nope'. Found: pytorch (test-classes). A plugin's jar goes into the directory that the setting plugin-path names, or onto the class path, where it needs META-INF/services.");
  }

  @Test
  void twoOfOneNameAreAnErrorAlsoByAlias() {
    assertThatThrownBy(() -> Providers.of("backend", List.of(first, new Named("djl", Set.of()))))
        .isInstanceOf(DuplicateProviderException.class)
        .hasMessage(
            "Two backends are named 'djl': one in test-classes, one in test-classes. Remove one of them.");
  }

  @Test
  void aNameThatCannotBeTypedIsRefused() {
    assertThatThrownBy(() -> Providers.of("backend", List.of(new Named("Not A Name", Set.of()))))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining("'Not A Name'");
  }
}
