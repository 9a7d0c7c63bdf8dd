package org.simcse.core.io;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that identifies files and their content. */
public final class Sha256 {
  private Sha256() {}

  /** Returns a new digest. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
