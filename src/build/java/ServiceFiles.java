import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Provides;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Run by the build on each compiled module: derives {@code META-INF/services} from the {@code
 * provides} of its {@code module-info}, so that class-path users find the same providers.
 */
final class ServiceFiles {
  private ServiceFiles() {}

  public static void main(String[] args) throws IOException {
    Path module = Path.of(args[0]);
    Path handWritten = module.resolve("src/main/resources/META-INF/services");
    if (Files.exists(handWritten)) {
      System.err.println(
          handWritten + " is written by hand. Delete it: the build makes it from module-info.");
      System.exit(1);
    }
    Path classes = module.resolve("target/classes");
    try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
      for (Provides provides : ModuleDescriptor.read(in).provides()) {
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        write(services.resolve(provides.service()), String.join("\n", provides.providers()) + "\n");
      }
    }
  }

  /** Leaves an equal file alone: a newer one would make the build repeat what comes after. */
  private static void write(Path file, String content) throws IOException {
    if (!Files.exists(file) || !Files.readString(file).equals(content)) {
      Files.writeString(file, content);
    }
  }
}
