package org.simcse.core.io;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.simcse.api.error.SimCseException;

/**
 * A file that appears whole or not at all.
 *
 * <p>Output is written to a temporary file beside the target, {@code .simcse-….tmp}. {@link
 * #commit} forces it to the disk and renames it over the target; closing without that deletes it,
 * and so does the end of the JVM. A process that is killed leaves the target as it was. Not
 * thread-safe.
 *
 * <p>The target of a symbolic link is replaced, not the link, and is created if the link dangles. A
 * replaced file keeps its permissions, and its owner and group as far as the process may set them.
 * Anything but a regular file (a device, a pipe, a socket) is rejected: it has no content to
 * replace.
 *
 * <pre>{@code
 * try (AtomicFile file = AtomicFile.create(target)) {
 *   file.stream().write(bytes);
 *   file.commit();
 * }
 * }</pre>
 */
public final class AtomicFile implements AutoCloseable {
  /** The limit of Linux. */
  private static final int MAX_LINKS = 40;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final OutputStream output;

  private AtomicFile(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
    this.output = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
  }

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes the content; need not flush. */
    void writeTo(OutputStream output) throws IOException;
  }

  /**
   * Creates a temporary file for a target.
   *
   * @throws SimCseException if the directory is missing or not writable, or the target exists and
   *     is write-protected or not a regular file
   */
  public static AtomicFile create(Path target) {
    try {
      Path place = place(target);
      Path folder = Objects.requireNonNull(place.getParent());
      if (!Files.isDirectory(folder)) {
        throw new FileSystemException(
            target.toString(), null, "the directory %s does not exist".formatted(folder));
      }
      // Without the target's name, which may have the maximal length already.
      Path temporary = place.resolveSibling(".simcse-%s.tmp".formatted(UUID.randomUUID()));
      FileChannel channel = open(temporary, place);
      deleteOnExit(temporary);
      return new AtomicFile(place, temporary, channel);
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /** Returns the file that links resolve to, whether it exists or not. */
  private static Path place(Path target) throws IOException {
    if (Files.exists(target)) {
      if (!Files.isRegularFile(target)) {
        String kind = Files.isDirectory(target) ? "it is a directory" : "it is no regular file";
        throw new FileSystemException(target.toString(), null, kind);
      }
      if (!Files.isWritable(target)) {
        // Renaming over it needs only a writable directory; the write protection would be ignored.
        throw new AccessDeniedException(target.toString());
      }
      return target.toRealPath();
    }
    Path place = target.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(place); links++) {
      if (links == MAX_LINKS) {
        throw new FileSystemException(target.toString(), null, "its links lead in a circle");
      }
      place = place.resolveSibling(Files.readSymbolicLink(place));
    }
    return place;
  }

  private static FileChannel open(Path temporary, Path replaced) throws IOException {
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    PosixFileAttributeView view =
        Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
    if (view == null || !Files.exists(replaced)) {
      return FileChannel.open(temporary, options);
    }
    PosixFileAttributes wanted = Files.readAttributes(replaced, PosixFileAttributes.class);
    // Never readable by more users than the replaced file, not even briefly.
    FileAttribute<Set<PosixFilePermission>> mine =
        PosixFilePermissions.asFileAttribute(
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    FileChannel channel = FileChannel.open(temporary, options, mine);
    PosixFileAttributes actual = view.readAttributes();
    if (!wanted.owner().equals(actual.owner())) {
      ifAllowed(() -> view.setOwner(wanted.owner()));
    }
    if (!wanted.group().equals(actual.group())) {
      ifAllowed(() -> view.setGroup(wanted.group()));
    }
    ifAllowed(() -> view.setPermissions(wanted.permissions()));
    return channel;
  }

  /**
   * Registers a file for deletion when an interrupt ends the JVM without a call of {@link #close}.
   */
  private static void deleteOnExit(Path temporary) {
    if (temporary.getFileSystem() == FileSystems.getDefault()) {
      try {
        temporary.toFile().deleteOnExit();
      } catch (IllegalStateException e) {
        // The JVM is already shutting down; the writer deletes the file.
      }
    }
  }

  private interface Change {
    void apply() throws IOException;
  }

  /**
   * Applies an attribute if possible: only root changes owners, and some file systems have a fixed
   * mode.
   */
  private static void ifAllowed(Change change) {
    try {
      change.apply();
    } catch (IOException e) {
      // The file is written anyway.
    }
  }

  /**
   * Writes a whole file.
   *
   * @throws SimCseException if it cannot be written; the target is unchanged then
   */
  public static void write(Path target, Content content) {
    try (AtomicFile file = create(target)) {
      content.writeTo(file.output);
      file.commit();
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /**
   * Returns a seekable channel, for formats whose header is written last. Use either the stream or
   * the channel, not both.
   */
  public FileChannel channel() {
    return channel;
  }

  /** Returns a buffered stream. Do not close it: {@link #commit} and {@link #close} do. */
  public OutputStream stream() {
    return new FilterOutputStream(output) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }

  /**
   * Replaces the target by what was written, durably.
   *
   * @throws SimCseException if that fails; the target is unchanged then
   */
  public void commit() {
    try {
      output.flush();
      channel.force(true);
      channel.close();
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      forceDirectory(Objects.requireNonNull(target.getParent()));
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /**
   * Forces a directory to disk: without this, the new name may be lost in a power failure; Windows
   * has no such call.
   */
  private static void forceDirectory(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }

  /** Deletes the temporary file, unless it was committed. */
  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw failed(temporary, e);
    }
  }

  private static SimCseException failed(Path file, IOException e) {
    return new SimCseException("%s cannot be written: %s.".formatted(file, reason(e)), e);
  }

  /**
   * Returns the reason of a failure, as the end of a sentence that has named the file: Java's own
   * messages are often only the file's name.
   */
  public static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission is denied";
    }
    if (e instanceof NoSuchFileException) {
      return "it does not exist";
    }
    if (e instanceof FileSystemException problem && problem.getReason() != null) {
      return problem.getReason();
    }
    return Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
  }
}
