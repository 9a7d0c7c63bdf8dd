package org.simcse.core.io;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that files and their content are told apart by. */
public final class Sha256 {
  private Sha256() {}

  /** A new digest. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
