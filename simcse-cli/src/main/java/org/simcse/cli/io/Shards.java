package org.simcse.cli.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.SimCseException;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.io.Json;

/**
 * Vectors in a directory of files with equally many rows, {@code part-00000.npy} and so on, each of
 * which appears when it is complete, and a manifest that is written after each.
 *
 * <p>A process that is killed leaves whole shards and a manifest of them; resuming begins after the
 * last. Not thread-safe.
 */
public final class Shards implements Closeable {
  /** The file that says what the shards hold. */
  public static final String MANIFEST = "manifest.json";

  private static final String ORIGIN = "origin";
  private static final String PARTS = "shards";

  private final Path directory;
  private final VectorWriter.Format format;
  private final int most;
  private final Map<String, Object> origin;
  private final List<Part> parts;
  private @Nullable Destination destination;
  private @Nullable VectorWriter writer;
  private int rows;
  private long done;

  /** A whole shard. */
  private record Part(String file, int rows) {
    Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("file", file);
      fields.put("rows", rows);
      return fields;
    }
  }

  private Shards(
      Path directory,
      VectorWriter.Format format,
      int most,
      Map<String, Object> origin,
      List<Part> parts) {
    this.directory = directory;
    this.format = format;
    this.most = most;
    this.origin = origin;
    this.parts = parts;
    this.done = parts.stream().mapToLong(Part::rows).sum();
  }

  /**
   * Opens a directory.
   *
   * @param most the number of rows of every shard but the last
   * @param origin what the vectors are made from; shards are resumed only if it is the same
   * @param resume whether to continue after the shards that are there
   * @throws InvalidInputException if it is not empty and not resumed, or was made from something
   *     else
   * @throws SimCseException if it cannot be made ready
   */
  public static Shards open(
      Path directory,
      VectorWriter.Format format,
      int most,
      Map<String, Object> origin,
      boolean resume) {
    Path manifest = directory.resolve(MANIFEST);
    if (resume && Files.exists(manifest)) {
      Json written = Json.read(manifest);
      requireSame(written.get(ORIGIN, Map.class), origin, directory);
      discardUnfinished(directory);
      List<Part> parts = new ArrayList<>();
      written
          .list(PARTS)
          .forEach(
              part ->
                  parts.add(
                      new Part(part.get("file", String.class), part.get("rows", Integer.class))));
      return new Shards(directory, format, most, origin, parts);
    }
    try {
      Files.createDirectories(directory);
      try (Stream<Path> entries = Files.list(directory)) {
        if (entries.findAny().isPresent()) {
          throw new InvalidInputException(
              "The output directory %s is not empty: %s, or name another."
                  .formatted(
                      directory,
                      Files.exists(manifest)
                          ? "continue with --resume"
                          : "it holds no " + MANIFEST + " to continue from; empty it"));
        }
      }
    } catch (IOException e) {
      throw new OutputException(directory.toString(), e);
    }
    Shards shards = new Shards(directory, format, most, origin, new ArrayList<>());
    shards.writeManifest(false);
    return shards;
  }

  private static void requireSame(Map<?, ?> before, Map<String, Object> now, Path directory) {
    now.forEach(
        (name, value) -> {
          if (!value.equals(before.get(name))) {
            throw new InvalidInputException(
                "The shards in %s were begun with %s %s, and it is %s now: give what they began with, or name another directory."
                    .formatted(directory, name, before.get(name), value));
          }
        });
  }

  private static void discardUnfinished(Path directory) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, ".simcse-*.tmp")) {
      for (Path file : files) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new OutputException(directory.toString(), e);
    }
  }

  /** Returns the number of rows in whole shards. */
  public long done() {
    return done;
  }

  /** Adds one row. */
  public void write(String text, float[] vector) throws IOException {
    VectorWriter current = writer == null ? begin(vector.length) : writer;
    current.write(text, vector);
    rows++;
    if (rows == most) {
      end();
    }
  }

  private VectorWriter begin(int width) throws IOException {
    Destination file = Destination.open(Optional.of(directory.resolve(name(parts.size()))));
    destination = file;
    writer = VectorWriter.of(file, format, width);
    return writer;
  }

  private String name(int part) {
    String ending = format == VectorWriter.Format.TEXT ? "txt" : format.name();
    return String.format(Locale.ROOT, "part-%05d.%s", part, ending.toLowerCase(Locale.ROOT));
  }

  private void end() throws IOException {
    Destination file = destination;
    VectorWriter last = writer;
    if (file == null || last == null) {
      return;
    }
    last.finish();
    last.close();
    file.commit();
    file.close();
    parts.add(new Part(name(parts.size()), rows));
    done += rows;
    rows = 0;
    destination = null;
    writer = null;
    writeManifest(false);
  }

  /** Completes the last shard and the manifest. */
  public void finish() throws IOException {
    end();
    writeManifest(true);
  }

  private void writeManifest(boolean complete) {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put(ORIGIN, origin);
    manifest.put("rows", done);
    manifest.put("complete", complete);
    manifest.put(PARTS, parts.stream().map(Part::fields).toList());
    AtomicFile.write(directory.resolve(MANIFEST), out -> out.write(Json.bytes(manifest)));
  }

  /** Returns the exception to throw after a failed write. */
  public OutputException failed(IOException e) {
    return new OutputException(directory.resolve(name(parts.size())).toString(), e);
  }

  /** Discards a shard that is not complete. */
  @Override
  public void close() throws IOException {
    Destination file = destination;
    VectorWriter last = writer;
    destination = null;
    writer = null;
    if (last != null) {
      last.close();
    }
    if (file != null) {
      file.close();
    }
  }
}
