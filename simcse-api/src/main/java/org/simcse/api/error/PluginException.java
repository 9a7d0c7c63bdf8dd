package org.simcse.api.error;

/**
 * Thrown when a plugin jar cannot be used; the message names the jar.
 *
 * @since 0.1.0
 */
public class PluginException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message of one sentence. */
  public PluginException(String message) {
    super(message);
  }

  /** Creates an exception with a message of one sentence and a cause. */
  public PluginException(String message, Throwable cause) {
    super(message, cause);
  }
}
