package org.simcse.core.evaluate.transfer;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.evaluate.StsProtocol;
import org.simcse.core.evaluate.transfer.LabelledTexts.Row;

/** Reads the files of transfer tasks as SentEval does. */
final class TransferReader {
  private static final List<String> BINARY = List.of("0", "1");

  /** The classes of TREC in the order of their labels. */
  private static final List<String> ANSWERS = List.of("ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM");

  private final Path directory;

  TransferReader(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads the sets of a task: one, or those for training, development and test.
   *
   * @throws InvalidInputException if a set has no texts, or a line is malformed; the message names
   *     the file and the line
   */
  List<LabelledTexts> read(TransferTask task) {
    List<Path> files = task.files().stream().map(directory::resolve).toList();
    return switch (task.form()) {
      case FILE_PER_CLASS -> List.of(filePerClass(files));
      case TEXT_AND_CLASS -> files.stream().map(TransferReader::textAndClass).toList();
      case CLASS_AND_QUESTION -> files.stream().map(TransferReader::classAndQuestion).toList();
      case PAIRS -> files.stream().map(TransferReader::pairs).toList();
    };
  }

  private static LabelledTexts filePerClass(List<Path> files) {
    List<Row> rows = new ArrayList<>();
    for (int label = 0; label < files.size(); label++) {
      List<String> lines = lines(files.get(label), StandardCharsets.ISO_8859_1);
      requireSome(lines, files.get(label));
      for (String line : lines) { // blank ones too, which are texts without words
        rows.add(new Row(text(line), Optional.empty(), label));
      }
    }
    return new LabelledTexts(rows, files.size());
  }

  private static LabelledTexts textAndClass(Path file) {
    List<Row> rows = new ArrayList<>();
    List<String> lines = lines(file, StandardCharsets.UTF_8);
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        String[] cells = cells(lines.get(i), 2, file, i);
        rows.add(new Row(text(cells[0]), Optional.empty(), label(cells[1], BINARY, file, i)));
      }
    }
    requireSome(rows, file);
    return new LabelledTexts(rows, BINARY.size());
  }

  private static LabelledTexts classAndQuestion(Path file) {
    List<Row> rows = new ArrayList<>();
    List<String> lines = lines(file, StandardCharsets.ISO_8859_1);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty()) {
        int label = label(line.split(":", 2)[0], ANSWERS, file, i);
        String[] question = line.split(" ", 2);
        if (question.length < 2) {
          throw malformed(file, i, "a question is needed behind the class, but there is none");
        }
        rows.add(new Row(text(question[1]), Optional.empty(), label));
      }
    }
    requireSome(rows, file);
    return new LabelledTexts(rows, ANSWERS.size());
  }

  private static LabelledTexts pairs(Path file) {
    List<Row> rows = new ArrayList<>();
    List<String> lines = lines(file, StandardCharsets.UTF_8);
    for (int i = 1; i < lines.size(); i++) { // the first is a header
      if (!lines.get(i).isBlank()) {
        String[] cells = cells(lines.get(i), 5, file, i);
        int label = label(cells[0], BINARY, file, i);
        rows.add(new Row(text(cells[3]), Optional.of(text(cells[4])), label));
      }
    }
    requireSome(rows, file);
    return new LabelledTexts(rows, BINARY.size());
  }

  /** Splits at white space and joins by one space, in every task of SentEval alike. */
  private static String text(String raw) {
    return StsProtocol.SIMCSE.text(raw);
  }

  private static String[] cells(String line, int count, Path file, int index) {
    String[] cells = line.strip().split("\t", -1);
    if (cells.length < count) {
      throw malformed(
          file,
          index,
          "%d tab-separated fields are needed, but the line has %d".formatted(count, cells.length));
    }
    return cells;
  }

  private static int label(String cell, List<String> names, Path file, int index) {
    int label = names.indexOf(cell.strip());
    if (label < 0) {
      throw malformed(
          file,
          index,
          "the class must be one of %s, but is '%s'".formatted(String.join(", ", names), cell));
    }
    return label;
  }

  private static InvalidInputException malformed(Path file, int index, String what) {
    return new InvalidInputException("%s, line %d: %s.".formatted(file, index + 1, what));
  }

  private static void requireSome(List<?> rows, Path file) {
    if (rows.isEmpty()) {
      throw new InvalidInputException(file + " has no texts, so there is nothing to evaluate.");
    }
  }

  private static List<String> lines(Path file, Charset charset) {
    try {
      return Files.readString(file, charset).lines().toList();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          "%s is not in %s; fetch it again.".formatted(file, charset), e);
    } catch (IOException e) {
      throw new InvalidInputException("%s cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
  }
}
