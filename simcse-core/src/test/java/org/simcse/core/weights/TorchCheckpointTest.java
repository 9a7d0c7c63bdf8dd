package org.simcse.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.CheckpointException;

class TorchCheckpointTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"pytorch_model.bin", "pytorch_model.legacy.bin"})
  void bothFormatsHoldWhatSafetensorsHolds(String name) {
    try (Checkpoint expected = Checkpoint.open(TinyBert.file("model.safetensors"));
        Checkpoint actual = Checkpoint.open(TinyBert.file(name))) {
      assertThat(actual.names()).containsAll(expected.names());
      for (String tensor : expected.names()) {
        assertThat(actual.shape(tensor)).as(tensor).isEqualTo(expected.shape(tensor));
        assertThat(actual.read(tensor).toFloats())
            .as(tensor)
            .isEqualTo(expected.read(tensor).toFloats());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "posix, system",
    "builtins, eval",
    "builtins, set",
    "builtins, ValueError",
    "__builtin__, bytearray",
    "exceptions, Exception",
    "decimal, Decimal",
    "datetime, datetime",
    "copy_reg, _reconstructor",
    "operator, attrgetter",
    "torch.jit, load"
  })
  void aPickleThatNamesAnythingButTensorsIsRefusedByName(String module, String name)
      throws IOException {
    Path victim = folder.resolve("victim");
    Pickle global = new Pickle().global(module, name).text("touch " + victim).raw(0x85, 'R');
    Pickle stack = new Pickle().text(module).text(name).raw(0x93).text("x").raw(0x85, 'R');
    Pickle instance = new Pickle().raw('(').text("touch " + victim).raw('i');
    for (byte character : (module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII)) {
      instance.raw(character);
    }
    for (Pickle pickle : new Pickle[] {global, stack, instance}) {
      Path zip = Pickle.zip(folder.resolve("evil.bin"), pickle.bytes(), new byte[0]);
      Path legacy = Files.write(folder.resolve("evil.legacy.bin"), pickle.bytes());
      for (Path file : new Path[] {zip, legacy}) {
        assertThatExceptionOfType(CheckpointException.class)
            .isThrownBy(() -> Checkpoint.open(file))
            .withMessageContaining("the Python name %s.%s".formatted(module, name))
            .withMessageContaining(file.toString())
            .withMessageContaining("nothing was run");
      }
    }
    assertThat(victim).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u0081", "\u0097", "\u0082x", "Px\n", "B\u00ff\u00ff\u00ff\u007f", "o"})
  void operationsThatNoTensorNeedsAreRefused(String program) throws IOException {
    Pickle pickle = new Pickle();
    program.chars().forEach(pickle::raw);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> open(pickle, 0))
        .withMessageContaining("the pickle operation 0x%02x".formatted((int) program.charAt(0)));
  }

  @Test
  void aTextThatClaimsTwoGigabytesIsRefusedBeforeMemoryIsTaken() {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> open(new Pickle().raw('X', 0xf0, 0xff, 0xff, 0x7f), 0))
        .withMessageContaining("a text of 2147483632 bytes is longer than the rest");
  }

  @Test
  void aDictionaryKeyedByNestedListsIsRefused() {
    Pickle pickle = new Pickle().raw('}', ']', ']', 'a').number(1).raw('s');
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> open(pickle, 0))
        .withMessageContaining("neither text nor number");
  }

  @Test
  void aTransposedTensorIsReadRowByRow() throws IOException {
    try (Checkpoint checkpoint =
        open(dictionary(6, 0, new int[] {3, 2}, new int[] {1, 3}), 0, 1, 2, 3, 4, 5)) {
      assertThat(checkpoint.shape("w")).containsExactly(3, 2);
      assertThat(checkpoint.read("w").toFloats()).containsExactly(0, 3, 1, 4, 2, 5);
    }
  }

  @Test
  void aSliceOfASharedStorageIsReadFromItsOffset() throws IOException {
    try (Checkpoint checkpoint =
        open(dictionary(6, 2, new int[] {2}, new int[] {1}), 0, 1, 2, 3, 4, 5)) {
      assertThat(checkpoint.read("w").toFloats()).containsExactly(2, 3);
    }
    try (Checkpoint checkpoint =
        open(dictionary(6, 1, new int[] {2, 2}, new int[] {3, 1}), 0, 1, 2, 3, 4, 5)) {
      assertThat(checkpoint.read("w").toFloats()).containsExactly(1, 2, 4, 5);
    }
  }

  @Test
  void emptyTensorsAndScalarsAreRead() throws IOException {
    try (Checkpoint checkpoint = open(dictionary(1, 0, new int[] {0, 3}, new int[] {3, 1}), 7)) {
      assertThat(checkpoint.read("w").size()).isZero();
    }
    try (Checkpoint checkpoint = open(dictionary(1, 0, new int[0], new int[0]), 7)) {
      assertThat(checkpoint.read("w").toFloats()).containsExactly(7);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 3, 3", // 9 > 6 elements
    "0, 2, 5", // last element 5 + 1
    "5, 2, 1",
    "-1, 2, 1",
    "0, 2, -1",
    "0, -2, 1",
    "0, 2147483647, 0", // costs memory that the file never did
    "2147483647, 2, 2147483647"
  })
  void aTensorOutsideItsStorageIsRefused(int offset, int size, int stride) {
    int[] shape = {size, 2};
    int[] strides = {stride, 1};
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> open(dictionary(6, offset, shape, strides), 0, 1, 2, 3, 4, 5))
        .withMessageContaining("storage 0");
  }

  @Test
  void aStorageOfAnotherSizeThanSaidIsRefused() {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> open(dictionary(6, 0, new int[] {6}, new int[] {1}), 0, 1))
        .withMessageContaining("storage 0 of 6 numbers of type F32 needs 24 bytes, but has 8");
  }

  @Test
  void anObjectWithoutTensorsIsRefused() {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> open(new Pickle().raw('}'), 0))
        .withMessageContaining("no dictionary of tensors");
  }

  @Test
  void aCompressedArchiveIsRefused() throws IOException {
    Path file = folder.resolve("compressed.bin");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(new byte[1 << 20]);
    }
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.open(file))
        .withMessageContaining("archive/data.pkl is compressed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.safetensors",
        "pytorch_model.bin",
        "pytorch_model.legacy.bin",
      })
  void damagedFilesFailWithASentenceOrAreRead(String name) throws IOException {
    byte[] good = Files.readAllBytes(TinyBert.file(name));
    Random random = new Random(4);
    for (int round = 0; round < 100; round++) {
      byte[] bad = good.clone();
      for (int i = 0; i < 3; i++) {
        // Mostly where the structure is: the first bytes, and a zip archive's last ones.
        int place = random.nextInt(Math.min(bad.length, 9000));
        bad[random.nextBoolean() ? place : bad.length - 1 - place] = (byte) random.nextInt();
      }
      Path file = Files.write(folder.resolve(name), bad);
      assertOpensOrFailsCleanly(file);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.safetensors",
        "pytorch_model.bin",
        "pytorch_model.legacy.bin",
      })
  void truncatedFilesFailWithASentence(String name) throws IOException {
    byte[] good = Files.readAllBytes(TinyBert.file(name));
    for (int length = 0; length < good.length; length += 1 + length / 20) {
      Path file = Files.write(folder.resolve(name), Arrays.copyOf(good, length));
      assertThatExceptionOfType(CheckpointException.class)
          .as("%d bytes", length)
          .isThrownBy(() -> Checkpoint.open(file))
          .withMessageContaining(name);
    }
  }

  private static void assertOpensOrFailsCleanly(Path file) {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      checkpoint.names().forEach(checkpoint::read);
    } catch (CheckpointException e) {
      assertThat(e).hasMessageContaining(file.getFileName().toString());
    }
  }

  private static Pickle dictionary(int size, int offset, int[] shape, int[] stride) {
    return new Pickle().raw('}').tensor("w", size, offset, shape, stride).raw('s');
  }

  private Checkpoint open(Pickle pickle, float... storage) throws IOException {
    return Checkpoint.open(
        Pickle.zip(folder.resolve("model.bin"), pickle.bytes(), Pickle.floats(storage)));
  }
}
