package org.simcse.cli;

import java.util.ArrayList;
import java.util.List;
import org.simcse.core.train.Settings;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/** Adds a command-line flag for every setting of a training run. */
final class SettingFlags implements IModelTransformer {
  @Override
  public CommandSpec transform(CommandSpec spec) {
    TrainCommand command = (TrainCommand) spec.userObject();
    Settings.all().forEach(setting -> spec.addOption(option(setting, command)));
    return spec;
  }

  private static OptionSpec option(Settings.Description setting, TrainCommand command) {
    ISetter setter =
        new ISetter() {
          @Override
          @SuppressWarnings("TypeParameterUnusedInFormals") // picocli's signature
          public <T> T set(T value) {
            if (value != null) { // which picocli sets before it parses
              command.set(setting.name(), value.toString());
            }
            return value;
          }
        };
    OptionSpec.Builder option =
        OptionSpec.builder(names(setting.name()))
            .description(escaped(setting))
            .setter(setter)
            .getter(
                new IGetter() {
                  @Override
                  @SuppressWarnings({"TypeParameterUnusedInFormals", "NullAway"})
                  public <T> T get() {
                    return null; // the command keeps the given flags
                  }
                });
    return setting.isSwitch()
        ? option.type(Boolean.class).arity("0").negatable(true).fallbackValue("true").build()
        : option.type(String.class).arity("1").paramLabel(label(setting)).build();
  }

  private static String[] names(String setting) {
    List<String> names = new ArrayList<>();
    switch (setting) {
      case "model" -> names.addAll(List.of("-m", "--model", "--init-from"));
      case "backend" -> names.addAll(List.of("-b", "--backend"));
      case "pooler" -> names.addAll(List.of("-p", "--pooler"));
      default -> names.add("--" + setting);
    }
    return names.toArray(String[]::new);
  }

  private static String escaped(Settings.Description setting) {
    String text = setting.description().replace("$", "$$").replace("%", "%%");
    boolean off = setting.isSwitch() && setting.defaultValue().equals("false");
    return off || setting.defaultValue().isEmpty()
        ? text
        : text + " Default: " + setting.defaultValue() + ".";
  }

  private static String label(Settings.Description setting) {
    if (!setting.choices().isEmpty()) {
      return "CHOICE";
    }
    return switch (setting.type().getSimpleName()) {
      case "Path" -> setting.name().equals("eval-data") ? "DIR" : "FILE";
      case "String" -> setting.name().equals("model") ? "MODEL" : "TEXT";
      default -> "N";
    };
  }
}
