package org.simcse.cli.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.SimCseException;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has neither these devices nor named pipes")
@Timeout(60)
class DestinationTest {
  private static final byte[] TEXT = "text".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory = Path.of("");

  private static void write(Path path) throws IOException {
    try (Destination destination = Destination.open(Optional.of(path))) {
      destination.stream().write(TEXT);
      destination.commit();
    }
  }

  private static void jump(Path path) throws IOException {
    try (Destination destination = Destination.open(Optional.of(path))) {
      FileChannel channel = destination.channel();
      channel.write(ByteBuffer.wrap(TEXT), 4);
      channel.write(ByteBuffer.wrap(TEXT), 0);
      destination.commit();
    }
  }

  private Path pipe() throws IOException, InterruptedException {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
  }

  private static CompletableFuture<String> reader(Path pipe) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Files.readString(pipe);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static boolean isPipe(Path path) throws IOException {
    return ((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0170000)
        == 0010000;
  }

  @Test
  void aPipeIsWrittenIntoAndStays() throws Exception {
    Path pipe = pipe();
    Path link = Files.createSymbolicLink(directory.resolve("link"), pipe);
    for (Path path : new Path[] {pipe, link}) {
      CompletableFuture<String> reader = reader(pipe);
      write(path);
      assertThat(reader.get()).isEqualTo("text");
    }
    assertThat(isPipe(pipe)).isTrue();
    assertThat(link).isSymbolicLink();
  }

  @Test
  void aFormatThatJumpsGoesIntoAPipeTooOnceItIsComplete() throws Exception {
    Path pipe = pipe();
    CompletableFuture<String> reader = reader(pipe);
    jump(pipe);
    assertThat(reader.get()).isEqualTo("texttext");
    assertThat(isPipe(pipe)).isTrue();
  }

  @Test
  void ofWhatIsNotCompleteAPipeGetsNothing() throws Exception {
    Path pipe = pipe();
    CompletableFuture<String> reader = reader(pipe);
    try (Destination destination = Destination.open(Optional.of(pipe))) {
      destination.channel().write(ByteBuffer.wrap(TEXT));
    }
    assertThat(reader.get()).isEmpty();
  }

  @Test
  void aPipeWhoseReaderIsGoneIsNoFailure() throws Exception {
    Path pipe = pipe();
    FileChannel reader = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try (Destination destination = Destination.open(Optional.of(pipe))) {
      reader.close();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> destination.stream().write(TEXT))
          .satisfies(e -> assertThat(destination.failed(e).readerGone()).isTrue());
    }
  }

  @Test
  void aSocketIsWrittenInto() throws Exception {
    Path path = directory.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      write(path);
      try (SocketChannel client = server.accept()) {
        assertThat(Channels.newInputStream(client).readAllBytes()).isEqualTo(TEXT);
      }
    }
    assertThatExceptionOfType(OutputException.class)
        .isThrownBy(() -> write(path))
        .withMessage(path + " cannot be written: Connection refused.");
  }

  @Test
  void aDeviceStaysADevice() throws IOException {
    Path device = Path.of("/dev/null");
    write(device);
    jump(device);
    assertThat(Files.isRegularFile(device)).isFalse();
    Path full = Path.of("/dev/full");
    if (Files.exists(full)) {
      try (Destination destination = Destination.open(Optional.of(full))) {
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> destination.stream().write(TEXT))
            .satisfies(
                e ->
                    assertThat(destination.failed(e))
                        .hasMessage("/dev/full cannot be written: No space left on device."));
      }
    }
  }

  @Test
  void aFileAppearsWhenItIsComplete() throws IOException {
    Path file = directory.resolve("file");
    try (Destination destination = Destination.open(Optional.of(file))) {
      destination.stream().write(TEXT);
      assertThat(file).doesNotExist();
    }
    assertThat(directory).isEmptyDirectory();
    write(file);
    assertThat(file).hasContent("text");
    jump(file);
    assertThat(file).hasContent("texttext");
  }

  @Test
  void aDirectoryIsRefused() {
    assertThatExceptionOfType(SimCseException.class)
        .isThrownBy(() -> write(directory))
        .withMessage(directory + " cannot be written: it is a directory.");
  }
}
