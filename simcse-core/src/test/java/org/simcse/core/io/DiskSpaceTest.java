package org.simcse.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void aDirectoryThatIsStillToBeMadeHasTheRoomOfItsParent() {
    assertThat(DiskSpace.shortage(directory.resolve("runs/first"), 1)).isEmpty();
    assertThat(DiskSpace.shortage(Path.of("runs/first"), 1)).isEmpty();
  }

  @Test
  void aLackOfRoomIsASentence() {
    assertThat(DiskSpace.shortage(directory.resolve("runs"), Long.MAX_VALUE).orElseThrow())
        .startsWith(directory.resolve("runs").toString())
        .contains("of free disk space, but 8589934592.0 GiB may be needed");
  }
}
