package org.simcse.core.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.SimCseException;
import org.simcse.core.io.AtomicFile;

/**
 * The environment variables that Python's huggingface_hub defines.
 *
 * @param endpoint {@code HF_ENDPOINT}, without a slash at the end
 * @param token {@code HF_TOKEN}, or the content of the file {@code HF_TOKEN_PATH}
 * @param cache {@code HF_HUB_CACHE}, or {@code hub} in {@code HF_HOME}
 * @param offline {@code HF_HUB_OFFLINE}, or {@code TRANSFORMERS_OFFLINE}
 * @see <a
 *     href="https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables">its
 *     documentation</a>
 */
public record HubSettings(URI endpoint, Optional<String> token, Path cache, boolean offline) {
  private static final Set<String> TRUE = Set.of("1", "on", "yes", "true");

  /**
   * Reads the variables.
   *
   * @throws InvalidInputException if {@code HF_ENDPOINT} is no address
   */
  public static HubSettings of(Map<String, String> environment) {
    Variables variables = new Variables(environment);
    Path home =
        variables
            .path("HF_HOME")
            .orElseGet(
                () ->
                    variables
                        .path("XDG_CACHE_HOME")
                        .orElseGet(() -> userHome().resolve(".cache"))
                        .resolve("huggingface"));
    return new HubSettings(
        endpoint(variables.get("HF_ENDPOINT").orElse("https://huggingface.co")),
        variables
            .get("HF_TOKEN")
            .or(() -> variables.get("HUGGING_FACE_HUB_TOKEN"))
            .or(() -> saved(variables.path("HF_TOKEN_PATH").orElse(home.resolve("token")))),
        variables
            .path("HF_HUB_CACHE")
            .or(() -> variables.path("HUGGINGFACE_HUB_CACHE"))
            .orElse(home.resolve("hub")),
        variables
            .get("HF_HUB_OFFLINE")
            .or(() -> variables.get("TRANSFORMERS_OFFLINE"))
            .filter(value -> TRUE.contains(value.toLowerCase(Locale.ROOT)))
            .isPresent());
  }

  private record Variables(Map<String, String> environment) {
    /** Returns a value; an empty variable counts as not set. */
    Optional<String> get(String name) {
      return Optional.ofNullable(environment.get(name))
          .map(String::strip)
          .filter(value -> !value.isEmpty());
    }

    Optional<Path> path(String name) {
      return get(name)
          .map(
              value ->
                  value.equals("~") || value.startsWith("~/")
                      ? userHome().resolve(value.substring(Math.min(2, value.length())))
                      : Path.of(value));
    }
  }

  private static Path userHome() {
    return Path.of(System.getProperty("user.home"));
  }

  private static URI endpoint(String address) {
    String bare = address.replaceAll("/+$", "");
    try {
      URI uri = URI.create(bare);
      if (uri.getHost() != null
          && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw refused(address, e);
    }
    throw refused(address, null);
  }

  private static InvalidInputException refused(
      String address, @org.jspecify.annotations.Nullable Throwable cause) {
    return new InvalidInputException(
        "HF_ENDPOINT is '%s', but it must be an address such as https://huggingface.co."
            .formatted(address),
        cause);
  }

  private static Optional<String> saved(Path file) {
    try {
      return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new SimCseException(
          "The token of the hub in %s cannot be read: %s.".formatted(file, AtomicFile.reason(e)),
          e);
    }
  }

  @Override
  public String toString() {
    return "%s, %s token, %s%s"
        .formatted(endpoint, token.isPresent() ? "a" : "no", cache, offline ? ", offline" : "");
  }
}
