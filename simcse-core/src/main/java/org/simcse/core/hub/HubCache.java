package org.simcse.core.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.simcse.api.error.SimCseException;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.io.Json;

/**
 * A repository's folder in the cache, in the layout of huggingface_hub: contents by their hash in
 * {@code blobs}, commits by branch or tag in {@code refs}, and links to contents, by commit and
 * path, in {@code snapshots}.
 *
 * @see <a href="https://huggingface.co/docs/huggingface_hub/guides/manage-cache">its
 *     documentation</a>
 */
final class HubCache {
  private static final long LOCK_POLL_MILLIS = 50;

  private final Path folder;
  private final Path lock;

  HubCache(Path cache, HubRepository repository) {
    folder = cache.resolve(repository.folder());
    lock = cache.resolve(".locks").resolve(repository.folder()).resolve("simcse.lock");
  }

  /** Something that may fail as input and output do. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /** Does what needs the cache; a failure says which. */
  <T> T with(Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      String place = e instanceof FileSystemException file ? file.getFile() : folder.toString();
      throw new SimCseException(
          "The hub's cache cannot be used: %s: %s. Set HF_HUB_CACHE to another folder if need be."
              .formatted(place, AtomicFile.reason(e)),
          e);
    }
  }

  /**
   * Does what only one process, and one thread, may do at a time. The lock is that of this program:
   * Python's are of another kind, but what it writes at the same time has other names until it is
   * complete.
   */
  @SuppressWarnings("try") // the lock is held, not read
  <T> T exclusively(Work<T> work) {
    return with(
        () -> {
          Files.createDirectories(lock.getParent());
          try (FileChannel channel =
                  FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
              FileLock held = locked(channel)) {
            return work.run();
          }
        });
  }

  private static FileLock locked(FileChannel channel) throws IOException {
    while (true) {
      FileLock held = tryLock(channel);
      if (held != null) {
        return held;
      }
      HttpTransfer.pause(LOCK_POLL_MILLIS);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another thread of this JVM holds it
    }
  }

  /** Returns the commit of a revision as it was when it was fetched last. */
  Optional<String> commit(String revision) throws IOException {
    if (HubRepository.isCommit(revision)) {
      return Optional.of(revision);
    }
    Path ref = folder.resolve("refs").resolve(revision);
    return Files.isRegularFile(ref)
        ? Optional.of(Files.readString(ref).strip()).filter(HubRepository::isCommit)
        : Optional.empty();
  }

  /** Returns the files of a commit, if they are known. */
  Optional<HubListing> listing(String commit) {
    Path file = tree(commit);
    return Files.isRegularFile(file) ? HubListing.read(commit, Json.read(file)) : Optional.empty();
  }

  /** Keeps the files of a commit, if the server gave them with sizes and hashes. */
  void keep(HubListing listing) throws IOException {
    Optional<byte[]> json = listing.json().map(Json::bytes);
    if (json.isPresent()) {
      write(tree(listing.commit()), json.get());
    }
  }

  /** Keeps which commit a branch or a tag is. */
  void keep(String revision, String commit) throws IOException {
    if (!HubRepository.isCommit(revision)) {
      write(folder.resolve("refs").resolve(revision), commit.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private Path tree(String commit) {
    return folder.resolve("trees").resolve(commit + ".json");
  }

  private static void write(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    AtomicFile.write(file, out -> out.write(content));
  }

  /** Returns the folder of a commit's files. */
  Path snapshot(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  /** Returns whether a file is there, and of the right size. */
  boolean has(String commit, HubFile file) {
    Path place = snapshot(commit).resolve(file.path());
    try {
      return Files.isRegularFile(place) && Files.size(place) == file.size();
    } catch (IOException e) {
      return false;
    }
  }

  private Path blob(HubFile file) {
    return folder.resolve("blobs").resolve(file.hash());
  }

  /**
   * Returns where a content grows while it is fetched. huggingface_hub appends other names to the
   * hash, so that a file is written by one of the two only.
   */
  Path incomplete(HubFile file) throws IOException {
    Path blobs = Files.createDirectories(folder.resolve("blobs"));
    return blobs.resolve(file.hash() + ".simcse.incomplete");
  }

  /** Returns whether a content is there. */
  boolean hasBlob(HubFile file) throws IOException {
    Path blob = blob(file);
    return Files.isRegularFile(blob) && Files.size(blob) == file.size();
  }

  /** Makes a content of what has grown, durably. */
  void complete(HubFile file) throws IOException {
    Path incomplete = incomplete(file);
    try (FileChannel content = FileChannel.open(incomplete, StandardOpenOption.WRITE)) {
      content.force(true);
    }
    Files.move(incomplete, blob(file), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes a content part of a commit: by a relative link, or where there are none by moving it. */
  void link(String commit, HubFile file) throws IOException {
    Path place = snapshot(commit).resolve(file.path());
    Path parent = Files.createDirectories(place.getParent());
    Files.deleteIfExists(place); // a link to what is gone
    try {
      Files.createSymbolicLink(place, parent.relativize(blob(file)));
    } catch (FileAlreadyExistsException e) {
      return; // Python made it at the same time
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.move(blob(file), place, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
