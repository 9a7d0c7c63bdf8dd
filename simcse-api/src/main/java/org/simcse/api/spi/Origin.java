package org.simcse.api.spi;

import java.util.Objects;
import java.util.function.Supplier;
import org.simcse.api.error.PluginException;
import org.simcse.api.error.ShapeException;
import org.simcse.api.error.SimCseException;

/**
 * The origin of an object that a provider created, for messages about its failures.
 *
 * @param kind the kind of provider, such as {@code pooler}
 * @param name the provider's name
 * @param jar the provider's jar
 */
record Origin(String kind, String name, String jar) {
  /**
   * Runs code of the provider or of an object that it created.
   *
   * <p>Errors meant for users are rethrown: a {@link SimCseException} other than a {@link
   * ShapeException}, which is a bug in the code itself.
   *
   * @param when the activity in messages, such as {@code it was created}
   * @throws PluginException naming provider and jar, if the code throws anything else or returns
   *     null
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

  /** Checks the result of the code. */
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
