package org.simcse.core.evaluate.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.SimCseException;
import org.simcse.core.TestData;
import org.simcse.core.evaluate.data.DataFile.State;
import org.simcse.core.io.Sha256;

class DataDirectoryTest {
  private static final DataFile ONE = file("STS/one.txt", "first");
  private static final DataFile TWO = file("two.txt", "second");

  @TempDir Path folder;
  private Path to;
  private DataDirectory data;

  private static DataFile file(String path, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return new DataFile(
        path, bytes.length, HexFormat.of().formatHex(Sha256.digest().digest(bytes)));
  }

  @BeforeEach
  void start() {
    to = folder.resolve("to");
    data = new DataDirectory(to, List.of(ONE, TWO));
  }

  private Path archive(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("data.tar"), bytes);
  }

  @Test
  void filesAreTakenFromAnyFolderOfAnArchive() throws IOException {
    assertThat(data.states()).containsOnlyKeys(ONE, TWO).containsValue(State.MISSING);
    Path archive =
        archive(
            new TarBytes()
                .entry('5', "a/", "", "")
                .file("a/b/STS/one.txt", "first")
                .file("a/b/STS/._one.txt", "of another system")
                .file("a/xtwo.txt", "not it")
                .file("two.txt", "second")
                .end());
    data.install(archive, Set.of(ONE, TWO));
    assertThat(data.states()).containsOnlyKeys(ONE, TWO).doesNotContainValue(State.MISSING);
    assertThat(data.states().values()).containsOnly(State.RIGHT);
    assertThat(to.resolve("two.txt")).hasContent("second");
    assertThat(to.toFile().list()).containsExactlyInAnyOrder("STS", "two.txt");
  }

  @Test
  void onlyWantedFilesAreWritten() throws IOException {
    Files.createDirectories(to);
    Files.writeString(to.resolve("two.txt"), "secont");
    assertThat(TWO.state(to)).isEqualTo(State.DIFFERENT);
    Path archive =
        archive(new TarBytes().file("STS/one.txt", "first").file("two.txt", "second").end());
    data.install(archive, Set.of(ONE));
    assertThat(to.resolve("two.txt")).hasContent("secont");
    data.install(archive, Set.of(TWO));
    assertThat(to.resolve("two.txt")).hasContent("second");
  }

  @Test
  void aFileWithAnotherContentIsNotWritten() throws IOException {
    Path archive =
        archive(new TarBytes().file("x/two.txt", "altered").file("STS/one.txt", "first").end());
    assertThatExceptionOfType(SimCseException.class)
        .isThrownBy(() -> data.install(archive, Set.of(ONE, TWO)))
        .withMessageContainingAll("data.tar lacks, or has", "two.txt (other content)")
        .withMessageNotContaining("one.txt");
    assertThat(data.states()).containsEntry(ONE, State.RIGHT).containsEntry(TWO, State.MISSING);
    assertThat(to.toFile().list()).containsExactly("STS");
    assertThatExceptionOfType(SimCseException.class)
        .isThrownBy(() -> data.install(archive(new TarBytes().end()), Set.of(TWO)))
        .withMessageContaining("two.txt (missing)");
  }

  @Test
  void longNamesAreRead() throws IOException {
    String deep = "d/".repeat(90);
    byte[] pax = "6 a=b\n%d path=%stwo.txt\n".formatted(197, deep).getBytes(StandardCharsets.UTF_8);
    assertThat(pax).hasSize(6 + 197); // a record begins with its length
    Path archive =
        archive(
            new TarBytes()
                .entry('L', "././@LongLink", "", deep + "STS/one.txt\0")
                .file("d/d/d", "first")
                .entry('x', "PaxHeader", "", new String(pax, StandardCharsets.UTF_8))
                .file("d/d/d", "second")
                .end());
    data.install(archive, Set.of(ONE, TWO));
    assertThat(data.states().values()).containsOnly(State.RIGHT);

    Path split = archive(new TarBytes().entry('0', "one.txt", "x/STS", "first").end());
    Files.delete(to.resolve("STS/one.txt"));
    data.install(split, Set.of(ONE));
    assertThat(ONE.state(to)).isEqualTo(State.RIGHT);
  }

  @Test
  void nothingLeavesTheDirectory() throws IOException {
    Path archive =
        archive(
            new TarBytes()
                .file("../../evil", "x")
                .file("/etc/evil", "x")
                .entry('2', "STS", "", "") // a link
                .entry('1', "STS/one.txt", "", "")
                .file("../../STS/one.txt", "first")
                .end());
    data.install(archive, Set.of(ONE));
    assertThat(to.resolve("STS/one.txt")).hasContent("first");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("data.tar", "to");
  }

  @Test
  void whatIsNoArchiveIsRefused() throws IOException {
    byte[] whole = new TarBytes().file("STS/one.txt", "first").end();
    refused(Arrays.copyOf(whole, 514), "it is truncated");
    refused(Arrays.copyOf(whole, 300), "it is truncated");
    refused("<!doctype html>".repeat(100).getBytes(StandardCharsets.UTF_8), "no tar archive");
    whole[3] ^= 1;
    refused(whole, "it is damaged, or no tar archive");
    assertThatExceptionOfType(SimCseException.class)
        .isThrownBy(() -> data.install(folder.resolve("none.tar"), Set.of(ONE)))
        .withMessageContaining("none.tar cannot be read: it does not exist.");
    assertThat(to.resolve("STS/one.txt")).doesNotExist();
  }

  private void refused(byte[] archive, String why) {
    assertThatExceptionOfType(SimCseException.class)
        .isThrownBy(() -> data.install(archive(archive), Set.of(ONE)))
        .withMessageContaining(why);
  }

  @Test
  void theListIsOfSentEvalsData() {
    assertThat(SentEvalData.files()).hasSize(69).allMatch(file -> file.sha256().length() == 64);
    DataDirectory research = new DataDirectory(TestData.data("senteval"), SentEvalData.files());
    assertThat(research.states().values()).containsOnly(State.RIGHT);
  }
}
