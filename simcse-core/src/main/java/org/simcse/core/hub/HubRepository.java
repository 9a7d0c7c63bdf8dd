package org.simcse.core.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.simcse.api.error.SimCseException;

/**
 * A repository of the hub at a revision.
 *
 * @param kind what it holds
 * @param id its name, {@code org/name}
 * @param revision a branch, a tag or a commit
 */
public record HubRepository(Kind kind, String id, String revision) {
  /** What a repository holds. */
  public enum Kind {
    /** A model. */
    MODEL(""),
    /** Data. */
    DATASET("datasets/");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }

    private String plural() {
      return name().toLowerCase(Locale.ROOT) + "s";
    }
  }

  /** The default revision. */
  static final String MAIN = "main";

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /** Names become folders, so that each part begins and ends with a letter, a digit or '_'. */
  private static final Pattern NAME =
      Pattern.compile("(\\w(?:[\\w.-]{0,94}\\w)?/\\w(?:[\\w.-]{0,94}\\w)?)(?:@(.+))?");

  private static final Pattern REVISION = Pattern.compile("\\w[\\w.+-]*(/\\w[\\w.+-]*)*");

  /**
   * Parses the name of a model, {@code org/name} or {@code org/name@revision}.
   *
   * @return the repository; empty if this is no such name
   */
  public static Optional<HubRepository> model(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String id = matcher.group(1);
    String revision = Optional.ofNullable(matcher.group(2)).orElse(MAIN);
    return id.contains("--")
            || id.contains("..")
            || revision.contains("..")
            || !REVISION.matcher(revision).matches()
        ? Optional.empty()
        : Optional.of(new HubRepository(Kind.MODEL, id, revision));
  }

  /** Returns a repository of data, at its default branch. */
  public static HubRepository dataset(String id) {
    return new HubRepository(Kind.DATASET, id, MAIN);
  }

  /** Returns whether a string is the full hash of a commit. */
  static boolean isCommit(String revision) {
    return COMMIT.matcher(revision).matches();
  }

  HubRepository at(String commit) {
    return new HubRepository(kind, id, commit);
  }

  /** Returns what it is and its name, as part of a sentence. */
  String described() {
    return "the %s %s".formatted(kind.name().toLowerCase(Locale.ROOT), this);
  }

  /** Returns the folder in the cache. */
  String folder() {
    return kind.plural() + "--" + id.replace("/", "--");
  }

  /** Returns the path of the description. */
  String description() {
    return "/api/%s/%s/revision/%s?blobs=true".formatted(kind.plural(), id, encoded(revision));
  }

  /** Returns the path of the web page. */
  String page() {
    return "/" + kind.prefix + id;
  }

  /** Returns the path of a file. */
  String file(String path) {
    try {
      // Slashes stay, and so does what else a path may contain.
      String encoded = new URI(null, null, path, null).toASCIIString();
      return "%s/resolve/%s/%s".formatted(page(), encoded(revision), encoded);
    } catch (URISyntaxException e) {
      throw new SimCseException(
          "%s has a file '%s', which has no address.".formatted(this, path), e);
    }
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8);
  }

  /** Returns the name, with the revision unless it is the default. */
  @Override
  public String toString() {
    return revision.equals(MAIN) ? id : id + "@" + revision;
  }
}
