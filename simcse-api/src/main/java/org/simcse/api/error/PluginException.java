package org.simcse.api.error;

/** A plugin jar cannot be used; the message names the jar. */
public class PluginException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /** Says what happened in one sentence. */
  public PluginException(String message) {
    super(message);
  }

  /** Says what happened in one sentence, and what caused it. */
  public PluginException(String message, Throwable cause) {
    super(message, cause);
  }
}
