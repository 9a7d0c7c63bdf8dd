package org.simcse.core.weights;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** The small random BERT among the test resources. */
public final class TinyBert {
  private TinyBert() {}

  public static Path file(String name) {
    URL url = Objects.requireNonNull(TinyBert.class.getResource("tiny-bert/" + name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
