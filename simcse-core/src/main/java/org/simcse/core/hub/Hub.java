package org.simcse.core.hub;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.simcse.api.error.SimCseException;
import org.simcse.core.io.DiskSpace;

/**
 * The Hugging Face Hub, or a server that does as it does, with its cache on this machine.
 *
 * <p>What is in the cache is taken from there, without a request, once it is complete. Thread-safe.
 * Of several threads and processes that need the same repository one fetches and the others wait.
 */
public final class Hub {
  /** Less is not worth a progress bar. */
  private static final long QUIET_BYTES = 1 << 20;

  private final HubSettings settings;
  private final HttpTransfer transfer;
  private final FetchListener listener;

  /** Creates a client; nothing is requested yet. */
  public Hub(HubSettings settings, FetchListener listener) {
    this(settings, listener, Patience.NORMAL);
  }

  /** Creates a client with a patience of its own. */
  public Hub(HubSettings settings, FetchListener listener, Patience patience) {
    this.settings = settings;
    this.listener = listener;
    transfer = new HttpTransfer(settings.endpoint(), settings.token(), patience);
  }

  /**
   * Files of a repository on this machine.
   *
   * @param repository the repository at the commit that the files are of
   * @param folder the folder of the files
   */
  public record Snapshot(HubRepository repository, Path folder) {}

  /** Chooses the files that are needed. */
  @FunctionalInterface
  private interface Choice {
    /**
     * Returns the paths of the needed files; may return only the first ones as long as these are
     * not there.
     *
     * @param names the paths of all files
     * @param folder the folder of the files that are there
     */
    Set<String> of(Set<String> names, Path folder);
  }

  /**
   * Returns a folder with the files of a model, and fetches what is not in the cache.
   *
   * @param allowPickle whether to fetch weights in a pickle if there are no others
   * @throws SimCseException if that is not possible; the message says why and what to do
   */
  public Snapshot model(HubRepository repository, boolean allowPickle) {
    return new Fetch(
            repository,
            new HubCache(settings.cache(), repository),
            (names, folder) ->
                new ModelFiles(repository.toString(), names, allowPickle).needed(folder))
        .run();
  }

  /**
   * Returns a file of a repository, which is fetched if it is not in the cache.
   *
   * @throws SimCseException if that is not possible; the message says why and what to do
   */
  public Path file(HubRepository repository, String path) {
    Choice only =
        (names, folder) -> {
          if (!names.contains(path)) {
            throw new SimCseException(
                "%s has no file %s; look whether it was renamed on %s."
                    .formatted(
                        repository.described(), path, settings.endpoint() + repository.page()));
          }
          return Set.of(path);
        };
    HubCache cache = new HubCache(settings.cache(), repository);
    return new Fetch(repository, cache, only).run().folder().resolve(path);
  }

  private final class Fetch {
    private final HubRepository repository;
    private final HubCache cache;
    private final Choice choice;
    private final Map<String, HubFile> unlisted = new HashMap<>();

    private Fetch(HubRepository repository, HubCache cache, Choice choice) {
      this.repository = repository;
      this.cache = cache;
      this.choice = choice;
    }

    private Snapshot run() {
      Optional<String> commit = cache.with(() -> cache.commit(repository.revision()));
      Optional<HubListing> listing = commit.flatMap(cache::listing);
      if (listing.isPresent() && missing(listing.get()).isEmpty()) {
        return snapshot(listing.get().commit());
      }
      if (settings.offline()) {
        return cached(
            commit,
            listing,
            "HF_HUB_OFFLINE is set: unset it to ask %s.".formatted(settings.endpoint()));
      }
      try {
        HubListing current = describe();
        return cache.exclusively(() -> complete(current));
      } catch (UnreachableException e) {
        return cached(commit, listing, String.valueOf(e.getMessage()));
      }
    }

    private Snapshot snapshot(String commit) {
      return new Snapshot(repository.at(commit), cache.snapshot(commit));
    }

    /**
     * Returns what the cache has.
     *
     * @param why why nothing can be fetched
     */
    private Snapshot cached(Optional<String> commit, Optional<HubListing> listing, String why) {
      Optional<Snapshot> found =
          commit.map(this::snapshot).filter(it -> Files.isDirectory(it.folder));
      if (found.isEmpty()) {
        throw new SimCseException(
            "%s is not in the hub's cache %s. %s"
                .formatted(
                    repository.kind() == HubRepository.Kind.MODEL
                        ? "'%s' is no local directory, and it".formatted(repository)
                        : "The dataset " + repository,
                    settings.cache(),
                    why));
      }
      if (listing.isPresent()) {
        throw new SimCseException(
            "The hub's cache %s has %s without %s. %s"
                .formatted(
                    settings.cache(),
                    repository.described(),
                    String.join(", ", missing(listing.get())),
                    why));
      }
      return found.get(); // Python fetched what it needed
    }

    private List<String> missing(HubListing listing) {
      return choice.of(listing.names(), cache.snapshot(listing.commit())).stream()
          .filter(
              path ->
                  listing.file(path).filter(file -> cache.has(listing.commit(), file)).isEmpty())
          .toList();
    }

    private HubListing describe() {
      String path = repository.description();
      return HubListing.parse(
          settings.endpoint() + path,
          transfer
              .repeated(
                  () ->
                      transfer.send(
                          HttpTransfer.Request.get(path, Map.of()),
                          BodyHandlers.ofByteArray(),
                          () -> 0),
                  () -> 0,
                  this::refused)
              .body());
    }

    private Snapshot complete(HubListing listing) throws IOException {
      cache.keep(listing);
      for (List<HubFile> files = absent(listing); !files.isEmpty(); files = absent(listing)) {
        fetch(listing.commit(), files);
      }
      cache.keep(repository.revision(), listing.commit());
      return snapshot(listing.commit());
    }

    private List<HubFile> absent(HubListing listing) {
      List<HubFile> absent = new ArrayList<>();
      for (String path : missing(listing)) {
        HubFile file = listing.file(path).orElseGet(() -> unlisted(listing.commit(), path));
        if (!cache.has(listing.commit(), file)) {
          absent.add(file);
        }
      }
      return absent;
    }

    /** Asks for size and hash of a file, which servers in between may not list. */
    private HubFile unlisted(String commit, String path) {
      return unlisted.computeIfAbsent(path, name -> described(commit, name));
    }

    private HubFile described(String commit, String path) {
      HttpTransfer.Request request =
          new HttpTransfer.Request(
              "HEAD",
              repository.at(commit).file(path),
              Map.of(),
              redirect -> redirect.firstValue("X-Linked-Etag").isPresent());
      HttpHeaders headers =
          transfer
              .repeated(
                  () -> transfer.send(request, BodyHandlers.ofByteArray(), () -> 0),
                  () -> 0,
                  (status, refusal) -> refused(path, status, refusal))
              .headers();
      String etag =
          headers.firstValue("X-Linked-Etag").or(() -> headers.firstValue("ETag")).orElse("");
      return new HubFile(
          path,
          headers
              .firstValueAsLong("X-Linked-Size")
              .orElseGet(() -> headers.firstValueAsLong("Content-Length").orElse(-1)),
          etag.replaceFirst("^W/", "").replace("\"", ""));
    }

    private void fetch(String commit, List<HubFile> files) throws IOException {
      long bytes = 0;
      for (HubFile file : files) {
        bytes += cache.hasBlob(file) ? 0 : file.size();
      }
      Optional<String> shortage = DiskSpace.shortage(settings.cache(), bytes);
      if (shortage.isPresent()) {
        throw new SimCseException(shortage.get());
      }
      FetchListener heard = bytes < QUIET_BYTES ? FetchListener.SILENT : listener;
      heard.begins("%s from %s".formatted(repository.described(), settings.endpoint()), bytes);
      try {
        for (HubFile file : files) {
          if (!cache.hasBlob(file)) {
            fetch(commit, file, heard);
          }
          cache.link(commit, file);
        }
      } finally {
        heard.ends();
      }
    }

    private void fetch(String commit, HubFile file, FetchListener heard) throws IOException {
      new Download(
              transfer,
              repository.at(commit).file(file.path()),
              file,
              cache.incomplete(file),
              heard::received)
          .run((status, headers) -> refused(file.path(), status, headers));
      cache.complete(file);
    }

    private SimCseException refused(int status, HttpHeaders headers) {
      String code = headers.firstValue("X-Error-Code").orElse("");
      String page = settings.endpoint() + repository.page();
      if (code.equals("RevisionNotFound")) {
        return new SimCseException(
            "%s has no revision '%s'; %s lists its branches, tags and commits."
                .formatted(repository.id(), repository.revision(), page));
      }
      if (code.equals("GatedRepo") || status == 403) {
        return new SimCseException(
            "%s gives %s to those only who accepted its terms: accept them on %s, and set HF_TOKEN to a token of that account."
                .formatted(settings.endpoint(), repository.described(), page));
      }
      if (status == 401 || status == 404) {
        return new SimCseException(
            "%s no public %s%s."
                .formatted(
                    repository.kind() == HubRepository.Kind.MODEL
                        ? "'%s' is no local directory, and %s has"
                            .formatted(repository, settings.endpoint())
                        : settings.endpoint() + " has",
                    repository.kind() == HubRepository.Kind.MODEL
                        ? "model of this name"
                        : "dataset " + repository,
                    settings.token().isPresent()
                        ? ", nor a private one that the token of HF_TOKEN may read: check the name and the token"
                        : ": check the name, or set HF_TOKEN if it is a private one"));
      }
      return unexpected(repository.described(), status);
    }

    private SimCseException refused(String path, int status, HttpHeaders headers) {
      boolean known = headers.firstValue("X-Error-Code").isPresent() && status != 404;
      return known
          ? refused(status, headers)
          : unexpected(path + " of " + repository.described(), status);
    }

    private SimCseException unexpected(String what, int status) {
      return new SimCseException(
          "%s refuses to send %s (status %d); look whether %s shows it."
              .formatted(
                  settings.endpoint(), what, status, settings.endpoint() + repository.page()));
    }
  }
}
