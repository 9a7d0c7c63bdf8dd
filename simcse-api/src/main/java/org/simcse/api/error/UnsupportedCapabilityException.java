package org.simcse.api.error;

/**
 * Thrown when a backend lacks a requested capability.
 *
 * @since 0.1.0
 */
public class UnsupportedCapabilityException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception whose message names the backend, the capability and the alternative.
   *
   * @param backend the backend's name
   * @param capability the name of the {@code Capability} that it lacks
   * @param instead what to do instead, a sentence
   */
  public UnsupportedCapabilityException(String backend, String capability, String instead) {
    super("The backend '%s' lacks %s. %s".formatted(backend, capability, instead));
  }
}
