package org.simcse.core.io;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;
import org.simcse.api.error.SimCseException;

/**
 * A file that appears whole or not at all.
 *
 * <p>What is written goes to a temporary file beside the target, {@code .NAME.….tmp}. {@link
 * #commit} forces it to the disk and renames it over the target; closing without that deletes it. A
 * process that is killed leaves the target as it was. Not safe for use by several threads.
 *
 * <pre>{@code
 * try (AtomicFile file = AtomicFile.create(target)) {
 *   file.stream().write(bytes);
 *   file.commit();
 * }
 * }</pre>
 */
public final class AtomicFile implements AutoCloseable {
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

  /** What fills a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes the content; need not flush. */
    void writeTo(OutputStream output) throws IOException;
  }

  /**
   * Starts a file. A target that is a link is followed; one that exists is replaced.
   *
   * @throws SimCseException if the directory is missing or not writable, or the target is a
   *     directory
   */
  public static AtomicFile create(Path target) {
    try {
      Path place = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
      if (Files.isDirectory(place)) {
        throw new FileSystemException(target.toString(), null, "it is a directory");
      }
      Path folder = Objects.requireNonNull(place.getParent());
      if (!Files.isDirectory(folder)) {
        throw new FileSystemException(
            target.toString(), null, "the directory %s does not exist".formatted(folder));
      }
      Path temporary =
          place.resolveSibling(".%s.%s.tmp".formatted(place.getFileName(), UUID.randomUUID()));
      FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return new AtomicFile(place, temporary, channel);
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /**
   * Writes a whole file.
   *
   * @throws SimCseException if it cannot be written; then the target is as it was
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
   * Where to write with jumps, as formats need whose head is known last. For the stream or for
   * this, not for both.
   */
  public FileChannel channel() {
    return channel;
  }

  /** Where to write; buffered. Closing it is left to {@link #commit} and {@link #close}. */
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
   * Makes what was written the target's content, for good.
   *
   * @throws SimCseException if it cannot; then the target is as it was
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

  /** Without this, the new name may be lost when the power fails; Windows has no such call. */
  private static void forceDirectory(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }

  /** Deletes what was written, unless it was committed. */
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
    String reason = e.getMessage();
    if (e instanceof AccessDeniedException) {
      reason = "permission is denied";
    } else if (e instanceof FileSystemException problem && problem.getReason() != null) {
      reason = problem.getReason();
    }
    return new SimCseException("%s cannot be written: %s.".formatted(file, reason), e);
  }
}
