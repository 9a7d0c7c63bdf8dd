package org.simcse.core.evaluate.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.simcse.core.hub.HubRepository;

/**
 * The data of SentEval's tasks (Conneau and Kiela 2018) that SimCSE's tables use, as SimCSE's
 * authors published them: STS12 to STS16, STS-B, SICK, MR, CR, SUBJ, MPQA, SST-2, TREC and MRPC.
 */
public final class SentEvalData {
  /** Where SimCSE's authors publish them. */
  public static final HubRepository REPOSITORY =
      HubRepository.dataset("princeton-nlp/datasets-for-simcse");

  /** The archive there that holds all files. */
  public static final String ARCHIVE = "senteval.tar";

  private static final String LIST = "senteval.tsv";

  private SentEvalData() {}

  /** Returns the files that evaluations read. */
  public static List<DataFile> files() {
    try (InputStream in = SentEvalData.class.getResourceAsStream(LIST)) {
      String list =
          new String(Objects.requireNonNull(in, LIST).readAllBytes(), StandardCharsets.UTF_8);
      return list.lines().map(SentEvalData::file).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DataFile file(String line) {
    String[] cells = line.split("\t");
    return new DataFile(cells[2], Long.parseLong(cells[1]), cells[0]);
  }
}
