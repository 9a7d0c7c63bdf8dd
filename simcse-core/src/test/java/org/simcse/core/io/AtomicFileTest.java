package org.simcse.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.SimCseException;

class AtomicFileTest {
  private static final byte[] TEXT = "new".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void theTargetAppearsOnlyWhenCommitted() throws IOException {
    Path target = Files.writeString(folder.resolve("out.txt"), "old");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.stream().write(TEXT);
      file.stream().flush();
      assertThat(target).hasContent("old");
      file.commit();
    }
    assertThat(target).hasContent("new");
    assertThat(folder).isDirectoryContaining("glob:**/out.txt");
    assertThat(folder.toFile().list()).containsExactly("out.txt");
  }

  @Test
  void aFailureLeavesNothingBehind() {
    Path target = folder.resolve("out.txt");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    output -> {
                      output.write(TEXT);
                      throw new IOException("the disk is full");
                    }))
        .isInstanceOf(SimCseException.class)
        .hasMessageContaining(target.toString())
        .hasMessageContaining("the disk is full");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void closingTheStreamDoesNotEndTheFile() {
    Path target = folder.resolve("out.txt");
    try (AtomicFile file = AtomicFile.create(target)) {
      try (var output = file.stream()) {
        output.write(TEXT);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      file.commit();
    }
    assertThat(target).hasContent("new");
  }

  @Test
  void formatsWhoseHeadIsKnownLastMayJump() throws IOException {
    Path target = folder.resolve("out.txt");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.channel().write(ByteBuffer.wrap(TEXT), 3);
      file.channel().write(ByteBuffer.wrap(TEXT), 0);
      file.commit();
    }
    assertThat(target).hasContent("newnew");
  }

  @Test
  void aLinkIsFollowed() throws IOException {
    Path real = Files.writeString(folder.resolve("real.txt"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.txt"), real);
    AtomicFile.write(link, output -> output.write(TEXT));
    assertThat(link).isSymbolicLink();
    assertThat(real).hasContent("new");
  }

  @Test
  void aDirectoryAsTargetIsReported() {
    assertThatExceptionOfType(SimCseException.class)
        .isThrownBy(() -> AtomicFile.create(folder))
        .withMessage("%s cannot be written: it is a directory.", folder);
  }

  @Test
  void aMissingDirectoryIsReported() {
    Path target = folder.resolve("none/out.txt");
    assertThatExceptionOfType(SimCseException.class)
        .isThrownBy(() -> AtomicFile.create(target))
        .withMessage(
            "%s cannot be written: the directory %s does not exist.",
            target, folder.resolve("none"));
  }
}
