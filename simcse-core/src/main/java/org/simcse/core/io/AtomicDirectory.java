package org.simcse.core.io;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.simcse.api.error.SimCseException;

/**
 * Directories that appear whole or not at all.
 *
 * <p>A directory is filled under a temporary name beside the target, {@code .simcse-….tmp}, and
 * renamed. A process that is killed leaves only the temporary one.
 */
public final class AtomicDirectory {
  private AtomicDirectory() {}

  /**
   * Creates a directory.
   *
   * @param target a path at which there is nothing; missing parents are created
   * @param content fills an empty folder; what it throws is passed on, and the folder deleted
   * @throws SimCseException if the directory cannot be created, or exists
   */
  public static void create(Path target, Consumer<Path> content) {
    Path parent = Objects.requireNonNull(target.toAbsolutePath().normalize().getParent());
    Path fresh = parent.resolve(".simcse-%s.tmp".formatted(UUID.randomUUID()));
    try {
      Files.createDirectories(parent);
      Files.createDirectory(fresh);
      content.accept(fresh);
      if (Files.exists(target)) { // on some systems a move replaces an empty directory
        throw new IOException("it exists");
      }
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      discard(fresh);
      throw new SimCseException(
          "%s cannot be written: %s.".formatted(target, AtomicFile.reason(e)), e);
    } catch (RuntimeException e) {
      discard(fresh);
      throw e;
    }
  }

  /** Deletes a directory and its content, if it exists; a failure is logged. */
  public static void discard(Path directory) {
    try {
      delete(directory);
    } catch (IOException e) {
      System.getLogger(AtomicDirectory.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "{0} could not be deleted: {1}",
              directory,
              e.getMessage());
    }
  }

  /** Deletes a directory and its content, if it exists. */
  public static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
