package org.simcse.core.evaluate;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.io.Sha256;

/**
 * Tasks of semantic textual similarity, read and ready to be evaluated.
 *
 * <p>Each distinct text is embedded once, in whichever tasks it occurs; the vectors of a text are
 * kept until the last task that needs them. Thread-safe if the embedding is.
 *
 * @since 0.1.0
 */
public final class StsSuite {
  private final List<Task> tasks;

  private record Task(String name, List<Subset> subsets) {
    Set<String> texts() {
      return subsets.stream()
          .map(Subset::pairs)
          .flatMap(pairs -> Stream.concat(pairs.first().stream(), pairs.second().stream()))
          .collect(Collectors.toCollection(LinkedHashSet::new));
    }
  }

  private record Subset(String name, ScoredPairs pairs) {}

  private StsSuite(List<Task> tasks) {
    this.tasks = List.copyOf(tasks);
  }

  /**
   * Reads the tasks of a protocol.
   *
   * @param directory the data, in SentEval's layout or with a folder per task
   * @param names the tasks to evaluate, in any case; empty for all of the protocol's
   * @throws InvalidInputException if a name is unknown, if files are missing (all are listed), or
   *     if a row is malformed (the message names the file and the line)
   */
  public static StsSuite read(Path directory, StsProtocol protocol, Collection<String> names) {
    List<StsTask> tasks = chosen(protocol, names);
    StsFiles files = new StsFiles(directory, protocol);
    files.requireAll(tasks);
    List<Task> read = new ArrayList<>();
    for (StsTask task : tasks) {
      List<Subset> subsets = new ArrayList<>();
      for (StsSubset subset : task.subsets()) {
        String metric = task.name() + " " + subset.name();
        subsets.add(new Subset(subset.name(), files.read(subset, metric)));
      }
      read.add(new Task(task.name(), subsets));
    }
    return new StsSuite(read);
  }

  /**
   * Returns the files of a protocol's tasks that a directory lacks, below it.
   *
   * @param directory as for {@link #read}
   */
  public static List<String> missing(Path directory, StsProtocol protocol) {
    return new StsFiles(directory, protocol).missing(protocol.tasks());
  }

  private static List<StsTask> chosen(StsProtocol protocol, Collection<String> names) {
    for (String name : names) {
      if (!protocol.has(name)) {
        throw new InvalidInputException(
            "There is no task '%s' in this evaluation; it has %s."
                .formatted(name, String.join(", ", protocol.taskNames())));
      }
    }
    return protocol.tasks().stream()
        .filter(task -> names.isEmpty() || names.stream().anyMatch(task::matches))
        .toList();
  }

  /** Returns the SHA-256 of all texts and scores, in hexadecimal. */
  public String sha256() {
    MessageDigest digest = Sha256.digest();
    for (Task task : tasks) {
      for (Subset subset : task.subsets()) {
        digest.update(subset.pairs().sha256().getBytes(StandardCharsets.US_ASCII));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns the number of distinct texts, each of which is embedded once. */
  public int texts() {
    return (int) tasks.stream().flatMap(task -> task.texts().stream()).distinct().count();
  }

  /** Returns the number of texts in all pairs, which is how many a naive evaluation embeds. */
  public int occurrences() {
    return tasks.stream()
        .flatMap(task -> task.subsets().stream())
        .mapToInt(subset -> 2 * subset.pairs().size())
        .sum();
  }

  /**
   * Evaluates an embedding.
   *
   * @return the results of the tasks, in order
   */
  public List<StsResult> run(Evaluation.Embedding embedding) {
    return run(embedding, 1).get(0);
  }

  /**
   * Evaluates several embeddings that come as one: vectors {@code [parts * D]}, of which the first
   * D components are those of the first embedding, and so on.
   *
   * @param parts the number of embeddings
   * @return for each embedding, the results of the tasks, in order
   * @throws IllegalArgumentException if the size of a vector is no multiple of {@code parts}
   */
  public List<List<StsResult>> run(Evaluation.Embedding embedding, int parts) {
    List<List<StsResult>> results =
        IntStream.range(0, parts).<List<StsResult>>mapToObj(part -> new ArrayList<>()).toList();
    TextVectors vectors = new TextVectors(tasks.stream().map(Task::texts).toList(), embedding);
    for (Task task : tasks) {
      Map<String, float[]> current = vectors.next();
      for (int part = 0; part < parts; part++) {
        results.get(part).add(result(task, current, part, parts));
      }
    }
    return results;
  }

  private static StsResult result(Task task, Map<String, float[]> vectors, int part, int parts) {
    List<StsResult.Subset> subsets = new ArrayList<>();
    for (Subset subset : task.subsets()) {
      ScoredCosines pairs =
          ScoredCosines.of(
              subset.pairs(),
              text -> slice(Objects.requireNonNull(vectors.get(text)), part, parts));
      subsets.add(new StsResult.Subset(subset.name(), pairs));
    }
    return new StsResult(task.name(), subsets);
  }

  private static float[] slice(float[] vector, int part, int parts) {
    if (vector.length % parts != 0) {
      throw new IllegalArgumentException(
          "A vector of %d components does not hold %d vectors of one size."
              .formatted(vector.length, parts));
    }
    int size = vector.length / parts;
    return parts == 1 ? vector : Arrays.copyOfRange(vector, part * size, (part + 1) * size);
  }
}
