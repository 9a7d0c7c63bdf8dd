package org.simcse.api.error;

/** A backend was asked for something that it says it lacks. */
public class UnsupportedCapabilityException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /**
   * Names the backend, the capability and the way out.
   *
   * @param backend the backend's name
   * @param capability the name of the {@code Capability} that it lacks
   * @param instead what to do instead, a sentence
   */
  public UnsupportedCapabilityException(String backend, String capability, String instead) {
    super("The backend '%s' lacks %s. %s".formatted(backend, capability, instead));
  }
}
