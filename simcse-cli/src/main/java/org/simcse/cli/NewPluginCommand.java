package org.simcse.cli;

import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.io.AtomicDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simcse new-plugin}. */
@Command(
    name = "new-plugin",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Write a Maven project with a new pooler, head (loss) or encoder: a small one that works, the conformance kit as its test, and a README that says how to build and use it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  simcse new-plugin pooler my-pooler",
      "  mvn -f my-pooler verify",
      "  simcse embed --plugin-path my-pooler/target --pooler my-pooler \"A sentence.\"",
      "  simcse new-plugin head soft-margin --package org.example.margin"
    })
final class NewPluginCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "KIND", description = "pooler, head or encoder.")
  private PluginProject.Kind kind = PluginProject.Kind.POOLER;

  @Parameters(
      index = "1",
      paramLabel = "NAME",
      description =
          "What users write after --pooler or --head, or the model_type in config.json: lower-case letters, digits and hyphens.")
  private String name = "";

  @Option(
      names = "--package",
      paramLabel = "PACKAGE",
      description = "Java package; default: com.example.NAME, without hyphens.")
  private Optional<String> packageName = Optional.empty();

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Directory to create; nothing may be there. Default: NAME.")
  private Optional<Path> directory = Optional.empty();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    checkName();
    PluginProject project =
        new PluginProject(
            kind, name, checked(packageName.orElse("com.example." + name.replace("-", ""))));
    Path target = directory.orElse(Path.of(name));
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new InvalidInputException(
          "%s exists; name a new directory with --directory, or move it away.".formatted(target));
    }
    AtomicDirectory.create(target, project::write);
    spec.commandLine()
        .getOut()
        .printf(
            "Wrote the %s %s to %s. Build and test it with: mvn -f %s verify%n",
            kind, name, target, target);
    return ExitCode.DONE;
  }

  private void checkName() {
    refuse(
        !name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*"),
        "The name '%s' must have lower-case letters, digits and single hyphens between them, and begin with a letter, as my-%s has."
            .formatted(name, kind));
    refuse(
        kind.has(name),
        "SimCSE has the %s '%s' already; choose another name.".formatted(kind, name));
  }

  private String checked(String wanted) {
    refuse(
        !isPackage(wanted),
        "'%s' is no name of a Java package; choose one with --package, as in --package org.example.my%s."
            .formatted(wanted, kind));
    refuse(
        (wanted + ".").matches("(java|org\\.simcse)\\..*"),
        "The package %s belongs to others; choose one of your own with --package."
            .formatted(wanted));
    return wanted;
  }

  /** The package is the module's name too, and the group id, which has ASCII alone. */
  private static boolean isPackage(String wanted) {
    try {
      ModuleDescriptor.newModule(wanted);
      return wanted.matches("[A-Za-z0-9_.]+");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void refuse(boolean wrong, String message) {
    if (wrong) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
