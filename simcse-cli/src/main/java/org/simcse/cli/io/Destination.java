package org.simcse.cli.io;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.simcse.core.io.AtomicFile;

/**
 * The output of a command: a file, which appears when it is complete, or standard output, a device,
 * a pipe or a socket, which are written directly.
 */
public final class Destination implements AutoCloseable {
  /** Names of file descriptors that the process already has open. */
  private static final Pattern DESCRIPTOR =
      Pattern.compile("/(?:dev|proc/(?:self|thread-self|%d))/fd/(\\d+)".formatted(pid()));

  private static final int MAX_LINKS = 40;
  private static final int FILE_TYPE = 0170000;
  private static final int SOCKET = 0140000;

  private final String name;
  private final Optional<AtomicFile> file;
  private final OutputStream stream;
  private Optional<FileChannel> spool = Optional.empty();

  private Destination(String name, Optional<AtomicFile> file, OutputStream stream) {
    this.name = name;
    this.file = file;
    this.stream = stream;
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  /**
   * Opens the output; opening a pipe blocks until it has a reader.
   *
   * @param output empty or {@code -} for standard output
   * @throws org.simcse.api.error.SimCseException if it cannot be opened
   */
  public static Destination open(Optional<Path> output) {
    Path path = output.orElse(Path.of("-"));
    if (path.toString().equals("-")) {
      return into("Standard output", StandardOutput.ofProcess());
    }
    try {
      String descriptor = descriptor(path);
      if (descriptor.equals("1")) {
        return into(path.toString(), new FileOutputStream(FileDescriptor.out));
      }
      if (descriptor.equals("2")) {
        return into(path.toString(), new FileOutputStream(FileDescriptor.err));
      }
      if (!descriptor.isEmpty() && Files.isRegularFile(path)) {
        // Opening it again would overwrite what its owner has written.
        String advice =
            "it is a file that is open already; name the file, or leave out --output and redirect standard output with >&"
                + descriptor;
        throw new FileSystemException(path.toString(), null, advice);
      }
      if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
        return into(path.toString(), special(path));
      }
    } catch (IOException e) {
      throw new OutputException(path.toString(), e);
    }
    AtomicFile file = AtomicFile.create(path);
    return new Destination(path.toString(), Optional.of(file), file.stream());
  }

  private static Destination into(String name, OutputStream stream) {
    return new Destination(name, Optional.empty(), stream);
  }

  /**
   * Returns the number that {@code /dev/stdout}, {@code /dev/fd/3} or a link to them stands for, or
   * an empty string.
   */
  private static String descriptor(Path path) throws IOException {
    Path at = path.toAbsolutePath().normalize();
    for (int links = 0; links <= MAX_LINKS; links++) {
      Matcher matcher = DESCRIPTOR.matcher(at.toString());
      if (matcher.matches()) {
        return matcher.group(1);
      }
      if (!Files.isSymbolicLink(at)) {
        break;
      }
      at = at.resolveSibling(Files.readSymbolicLink(at)).normalize();
    }
    return "";
  }

  private static OutputStream special(Path path) throws IOException {
    boolean unix = path.getFileSystem().supportedFileAttributeViews().contains("unix");
    if (unix && ((int) Files.getAttribute(path, "unix:mode") & FILE_TYPE) == SOCKET) {
      return Channels.newOutputStream(SocketChannel.open(UnixDomainSocketAddress.of(path)));
    }
    return Files.newOutputStream(path, StandardOpenOption.WRITE);
  }

  /** Returns an unbuffered stream. Use either this or {@link #channel}, not both. */
  public OutputStream stream() {
    return stream;
  }

  /**
   * Returns a seekable channel. Output that is not seekable is written from a temporary file by
   * {@link #commit}.
   */
  public FileChannel channel() throws IOException {
    if (file.isPresent()) {
      return file.get().channel();
    }
    FileChannel temporary =
        FileChannel.open(
            Files.createTempFile("simcse-", ".tmp"),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    spool = Optional.of(temporary);
    return temporary;
  }

  /** Marks the output as complete. */
  public void commit() throws IOException {
    if (spool.isPresent()) {
      try (FileChannel rows = spool.get()) {
        spool = Optional.empty();
        rows.position(0);
        Channels.newInputStream(rows).transferTo(stream);
      }
    }
    stream.flush();
    file.ifPresent(AtomicFile::commit);
  }

  /** Returns the exception to throw after a failed write. */
  public OutputException failed(IOException e) {
    return new OutputException(
        spool.isPresent() ? "A temporary file in " + System.getProperty("java.io.tmpdir") : name,
        e);
  }

  /** Closes the output; a file that is not complete is left as it was. */
  @Override
  public void close() throws IOException {
    if (spool.isPresent()) {
      spool.get().close();
    }
    if (file.isPresent()) {
      file.get().close();
    } else {
      stream.close();
    }
  }
}
