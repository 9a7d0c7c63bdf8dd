package org.simcse.core.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.simcse.api.error.SimCseException;
import org.simcse.core.io.Sha256;

/**
 * A file of a repository.
 *
 * @param path its path in the repository, which leads nowhere else
 * @param size in bytes
 * @param hash SHA-256 (64 hexadecimal digits) of a file of Git LFS, SHA-1 of Git's blob (40) of any
 *     other; the name of its blob in the cache, and its ETag
 */
record HubFile(String path, long size, String hash) {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  /** What no file of a repository is called, but what leads elsewhere on some system. */
  private static final Pattern ELSEWHERE =
      Pattern.compile("(.*/)?\\.{0,2}(/.*)?|.*[\\\\:\\x00-\\x1f\\x7f].*", Pattern.DOTALL);

  HubFile {
    requireSafe(path, path);
    if (!isHash(hash) || size < 0) {
      throw new SimCseException(
          "The server describes %s by the checksum '%s' and %d bytes, which cannot be."
              .formatted(path, hash, size));
    }
  }

  static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }

  /**
   * Refuses a path that could lead out of the folder that it is resolved against, on any system.
   *
   * @param source who names the path, for the message
   */
  static void requireSafe(String path, String source) {
    if (ELSEWHERE.matcher(path).matches()) {
      throw new SimCseException(
          "%s names a file '%s', which would lie outside of its folder: nothing is fetched from it."
              .formatted(source, path));
    }
  }

  /** Returns whether a file has this content. */
  boolean matches(Path file) throws IOException {
    return Files.size(file) == size && HexFormat.of().formatHex(digest(file)).equals(hash);
  }

  private byte[] digest(Path file) throws IOException {
    MessageDigest digest = hash.length() == 64 ? Sha256.digest() : sha1();
    if (hash.length() == 40) {
      digest.update("blob %d\0".formatted(size).getBytes(StandardCharsets.US_ASCII));
    }
    Sha256.update(digest, file);
    return digest.digest();
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-1.", e);
    }
  }
}
