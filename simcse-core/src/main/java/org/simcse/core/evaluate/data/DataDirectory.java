package org.simcse.core.evaluate.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.SimCseException;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.io.Sha256;

/**
 * A directory that is to hold published files.
 *
 * @param directory the directory, which need not exist
 * @param files what it is to hold
 */
public record DataDirectory(Path directory, List<DataFile> files) {
  /**
   * Validates that a directory has the files that tasks read, whatever their content.
   *
   * @param paths the files, below the directory
   * @param tasks what messages call the tasks
   * @param folders the folders by which a user knows the right directory
   * @throws InvalidInputException listing every file that is missing
   */
  public static void requireFiles(
      Path directory, Collection<String> paths, String tasks, String folders) {
    List<String> absent =
        paths.stream().filter(path -> !Files.isRegularFile(directory.resolve(path))).toList();
    if (!absent.isEmpty()) {
      String line = System.lineSeparator() + "  ";
      throw new InvalidInputException(
          "%s lacks %d %s of %s:%s%nGive the directory of SentEval's data that holds %s (data/downstream), or choose other tasks."
              .formatted(
                  directory,
                  absent.size(),
                  absent.size() == 1 ? "file" : "files",
                  tasks,
                  line + String.join(line, absent),
                  folders));
    }
  }

  /**
   * Compares what the directory holds with what was published.
   *
   * @throws SimCseException if a file cannot be read
   */
  public Map<DataFile, DataFile.State> states() {
    Map<DataFile, DataFile.State> states = new LinkedHashMap<>();
    files.forEach(file -> states.put(file, file.state(directory)));
    return states;
  }

  /**
   * Takes files from a tar archive, in whichever folder of it they are. Each appears when it is
   * complete and right; a file that is not right is not written.
   *
   * @param wanted the files to write, in place of those that are there
   * @throws SimCseException if the archive cannot be read, or lacks some of the files as they were
   *     published; the others are written then
   */
  public void install(Path archive, Set<DataFile> wanted) {
    Set<DataFile> left = new LinkedHashSet<>(wanted);
    Set<DataFile> different = new LinkedHashSet<>();
    try {
      TarReader.read(
          archive,
          (name, content) -> {
            Optional<DataFile> file = named(name, left);
            if (file.isPresent() && write(file.get(), content)) {
              left.remove(file.get());
            } else {
              file.ifPresent(different::add);
            }
          });
    } catch (IOException e) {
      throw new SimCseException(
          "%s cannot be read: %s.".formatted(archive, AtomicFile.reason(e)), e);
    }
    if (!left.isEmpty()) {
      throw new SimCseException(
          "%s lacks, or has with another content than was published:%s%nThe other files are in %s."
              .formatted(
                  archive,
                  left.stream().map(file -> line(file, different)).collect(Collectors.joining()),
                  directory));
    }
  }

  private static String line(DataFile file, Set<DataFile> different) {
    return "%n  %s (%s)"
        .formatted(file.path(), different.contains(file) ? "other content" : "missing");
  }

  private static Optional<DataFile> named(String name, Set<DataFile> files) {
    return files.stream()
        .filter(file -> name.equals(file.path()) || name.endsWith("/" + file.path()))
        .findFirst();
  }

  private boolean write(DataFile file, InputStream content) throws IOException {
    Path target = directory.resolve(file.path());
    Files.createDirectories(target.getParent());
    MessageDigest digest = Sha256.digest();
    try (AtomicFile output = AtomicFile.create(target)) {
      long size = content.transferTo(new DigestOutputStream(output.stream(), digest));
      boolean right =
          size == file.size() && HexFormat.of().formatHex(digest.digest()).equals(file.sha256());
      if (right) {
        output.commit();
      }
      return right;
    }
  }
}
