package org.simcse.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.modeldir.TokenizerFiles;
import org.simcse.core.tokenize.TextTokenizer;

class PreflightTest {
  @TempDir private Path directory = Path.of("");
  private TextTokenizer tokenizer;

  @BeforeEach
  void open() throws IOException {
    Path vocabulary =
        Files.write(
            directory.resolve("vocab.txt"),
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"));
    tokenizer =
        TextTokenizer.open(
            TokenizerFiles.of(new TokenizerFiles.WordPiece(vocabulary, true, true, true)), 2);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  private Preflight inspect(String name, String content) throws IOException {
    Path path = Files.writeString(directory.resolve(name), content);
    return Preflight.of(TrainingFile.of(path), tokenizer, 4);
  }

  @Test
  void rowsAndTextsAreCounted() throws IOException, NoSuchAlgorithmException {
    String csv = "q,p,n\na,a b,a b a\nb,,a\na,b,\"a a a a\"\na,b,b\n";
    Preflight found = inspect("a.csv", csv);
    assertThat(found.rows()).isEqualTo(4);
    assertThat(found.columns()).containsExactly("q", "p", "n");
    assertThat(found.blankTexts()).isEqualTo(1);
    assertThat(found.droppedRows()).isZero();
    assertThat(found.duplicateAnchors()).isEqualTo(2);
    assertThat(found.duplicatePositives()).isEqualTo(1);
    // With [CLS] and [SEP]: 3 4 5, 3 2 3, 3 3 6, 3 3 3; above 4 are two of twelve.
    assertThat(found.tokens()).isEqualTo(new Preflight.TokenLengths(4, 12, 2, 6, 41 / 12.0));
    assertThat(found.tokens().truncationRate()).isEqualTo(2 / 12.0);
    byte[] bytes = csv.getBytes(StandardCharsets.UTF_8);
    assertThat(found.bytes()).isEqualTo(bytes.length);
    assertThat(found.sha256())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }

  @Test
  void theTableSaysItAllInAlignedLines() throws IOException {
    Preflight found = inspect("a.csv", "q,p,n\na,a b,a b a\nb,,a\na,b,\"a a a a\"\na,b,b\n");
    assertThat(found.lines())
        .containsExactly(
            "file                " + directory.resolve("a.csv") + ", 43 bytes",
            "sha256              " + found.sha256(),
            "format              csv separated by ',', with a header",
            "columns             q (anchor), p (positive), n (hard negative)",
            "rows                4",
            "blank texts         1",
            "duplicate anchors   2 (50.00%)",
            "duplicate positives 1 (25.00%)",
            "tokens              mean 3.4, longest 6",
            "truncated           2 of 12 texts (16.67%) at 4 tokens");
  }

  @Test
  void whatIsPackedIsReadAndHashedAsItIs() throws IOException, NoSuchAlgorithmException {
    String csv = "idx,q,p\n" + "7,a,b\n".repeat(100);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(csv.getBytes(StandardCharsets.UTF_8));
    }
    packed.write(new byte[100_000]); // padding, as tar and tapes leave it
    Path path = Files.write(directory.resolve("a.csv.gz"), packed.toByteArray());
    Preflight found = Preflight.of(TrainingFile.of(path), tokenizer, 4);
    assertThat(found.rows()).isEqualTo(100);
    assertThat(found.bytes()).isEqualTo(packed.size());
    assertThat(found.sha256())
        .isEqualTo(
            HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(packed.toByteArray())));
    assertThat(found.columns()).containsExactly("q", "p");
    assertThat(found.unusedColumns()).containsExactly("idx");
    assertThat(found.lines())
        .contains("columns             q (anchor), p (positive)", "unused columns      idx");
    assertThat(found.warnings())
        .hasSize(1)
        .first()
        .asString()
        .contains("taken in their order: [q, p]");
  }

  @Test
  void droppedRowsAreNamed() throws IOException {
    Path path = Files.writeString(directory.resolve("a.txt"), "a\n\n \nb\n");
    Preflight found = Preflight.of(TrainingFile.of(path).droppingBlank(), tokenizer, 4);
    assertThat(found.rows()).isEqualTo(2);
    assertThat(found.lines())
        .contains(
            "dropped rows        2 with a blank text",
            "columns             column 1 (anchor and positive)");
  }

  @Test
  void ofALargeFileTheFirstRowsAreTokenised() throws IOException {
    List<String> lines =
        IntStream.range(0, 250_000).mapToObj(i -> i < 100_000 ? "a" : "a b a b " + i).toList();
    Path path = Files.write(directory.resolve("a.txt"), lines);
    Preflight found = Preflight.of(TrainingFile.of(path), tokenizer, 4);
    assertThat(found.rows()).isEqualTo(250_000);
    assertThat(found.duplicateAnchors()).isEqualTo(99_999);
    assertThat(found.tokens()).isEqualTo(new Preflight.TokenLengths(4, 100_000, 0, 3, 3));
    assertThat(found.lines())
        .contains("tokens              mean 3.0, longest 3, of the first 100,000 rows");
  }

  @Test
  void whateverIsWrongWithTheFileIsFoundBeforeTraining() throws IOException {
    String csv = "q,p\n" + String.join("\n", Collections.nCopies(5000, "a,b")) + "\nlast\n";
    assertThatThrownBy(() -> inspect("a.csv", csv))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("line 5002: the row has 1 column");
  }
}
