package org.simcse.api.spi;

import java.util.Objects;
import java.util.function.Supplier;
import org.simcse.api.error.PluginException;
import org.simcse.api.error.ShapeException;
import org.simcse.api.error.SimCseException;

/**
 * Where something that a provider made comes from, for messages about its failures.
 *
 * @param kind such as {@code pooler}
 * @param name the provider's
 * @param jar the provider's
 */
record Origin(String kind, String name, String jar) {
  /**
   * Runs code of the provider or of what it made.
   *
   * <p>What it has to say to users passes through: a {@link SimCseException} other than a {@link
   * ShapeException}, which is about the code itself.
   *
   * @param when what messages say was going on, such as {@code it was created}
   * @throws PluginException naming provider and jar, if the code throws anything else or gives null
   */
  <T> T guard(String when, Supplier<T> code) {
    try {
      return Objects.requireNonNull(code.get(), "the result is null");
    } catch (ShapeException e) {
      throw failure(when, String.valueOf(e.getMessage()), e);
    } catch (SimCseException e) {
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw failure(when, e.toString(), e);
    }
  }

  /** Checks what the code made. */
  void require(boolean holds, String when, String otherwise) {
    if (!holds) {
      throw new PluginException(message(when, otherwise));
    }
  }

  private PluginException failure(String when, String why, Throwable cause) {
    return new PluginException(message(when, why), cause);
  }

  private String message(String when, String why) {
    String end = why.endsWith(".") ? "" : ".";
    return "The %s '%s' of %s failed when %s: %s%s This is a fault of that jar; report it to its authors."
        .formatted(kind, name, jar, when, why, end);
  }
}
