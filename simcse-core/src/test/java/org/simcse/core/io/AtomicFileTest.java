package org.simcse.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
  void theTargetOfADanglingLinkIsCreated() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link.txt"), Path.of("second.txt"));
    Files.createSymbolicLink(folder.resolve("second.txt"), folder.resolve("real.txt"));
    AtomicFile.write(link, output -> output.write(TEXT));
    assertThat(link).isSymbolicLink();
    assertThat(folder.resolve("real.txt")).isRegularFile().hasContent("new");
  }

  @Test
  void linksThatLeadInACircleAreReported() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link.txt"), Path.of("second.txt"));
    Files.createSymbolicLink(folder.resolve("second.txt"), link);
    assertThatExceptionOfType(SimCseException.class)
        .isThrownBy(() -> AtomicFile.create(link))
        .withMessage("%s cannot be written: its links lead in a circle.", link);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aReplacedFileKeepsItsPermissions() throws IOException {
    for (String mode : List.of("rw-------", "rw-rw-rw-", "rwxr-x--x")) {
      Path target = folder.resolve("out.txt");
      Files.deleteIfExists(target);
      Files.writeString(target, "old");
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(mode));
      AtomicFile.write(target, output -> output.write(TEXT));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
          .isEqualTo(mode);
      assertThat(target).hasContent("new");
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whatReplacesAPrivateFileIsPrivateBeforeItIsComplete() throws IOException {
    Path target = Files.writeString(folder.resolve("out.txt"), "old");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
    try (AtomicFile file = AtomicFile.create(target);
        Stream<Path> files = Files.list(folder)) {
      file.stream().write(TEXT);
      assertThat(files)
          .hasSize(2)
          .allSatisfy(
              path ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aNewFileHasTheModeOfAnyOtherNewFile() throws IOException {
    Path target = folder.resolve("out.txt");
    AtomicFile.write(target, output -> output.write(TEXT));
    Path other = Files.writeString(folder.resolve("other.txt"), "other");
    assertThat(Files.getPosixFilePermissions(target))
        .isEqualTo(Files.getPosixFilePermissions(other));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aWriteProtectedFileIsNotReplaced() throws IOException {
    Path target = Files.writeString(folder.resolve("out.txt"), "old");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r--r--r--"));
    assumeFalse(Files.isWritable(target), "root may write every file");
    assertThatExceptionOfType(SimCseException.class)
        .isThrownBy(() -> AtomicFile.create(target))
        .withMessage("%s cannot be written: permission is denied.", target);
    assertThat(target).hasContent("old");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whatIsNoRegularFileIsRefusedAndNotReplaced() throws IOException {
    Path device = Path.of("/dev/null");
    Path link = Files.createSymbolicLink(folder.resolve("link"), device);
    for (Path target : List.of(device, link)) {
      assertThatExceptionOfType(SimCseException.class)
          .isThrownBy(() -> AtomicFile.create(target))
          .withMessage("%s cannot be written: it is no regular file.", target);
    }
    assertThat(link).isSymbolicLink();
    Files.delete(link); // else JUnit warns of a link that leads out of its folder
  }

  @Test
  void aNameAsLongAsNamesMayBeIsWritten() {
    Path target = folder.resolve("a".repeat(255));
    AtomicFile.write(target, output -> output.write(TEXT));
    assertThat(target).hasContent("new");
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
