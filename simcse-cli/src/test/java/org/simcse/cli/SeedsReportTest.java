package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.cli.io.Report;
import org.simcse.core.modeldir.ModelSource;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.Presets;
import org.simcse.core.train.PublishedFigures;
import org.simcse.core.train.SeedRuns;
import org.simcse.core.train.TrainingConfig;

class SeedsReportTest {
  private static final String RUN =
      """
      {"seed": %d, "steps": 9, "best_step": 6, "before": {}, "after": {}, "best": {},
       "sts": {"STS12": %s, "STS13": 0.2, "STS14": 0.3, "STS15": 0.4, "STS16": 0.5, "STS-B": 0.6, "SICK-R": 0.7}}
      """;

  @TempDir private Path folder = Path.of("");

  private String report(TrainingConfig config, String preset, String... runs) throws IOException {
    StringBuilder settings = new StringBuilder();
    Map<String, String> common = new LinkedHashMap<>(config.values());
    common.remove("seed");
    common.forEach(
        (name, value) ->
            settings
                .append(settings.length() == 0 ? "" : ",")
                .append("\"%s\": \"%s\"".formatted(name, value)));
    Files.writeString(
        folder.resolve(SeedRuns.FILE),
        """
        {"preset": "%s", "seeds": [1, 2], "settings": {%s}, "sha256": {}, "runs": [%s]}
        """
            .formatted(preset, settings, String.join(",", runs)));
    SeedRuns read =
        SeedRuns.of(
            TrainingConfig.defaults().with(SeedRuns.settingsOf(folder)),
            List.of(),
            folder,
            OutputMode.RESUME,
            List.of(),
            ModelSource.standard());
    return new SeedsReport(read).report().text(Report.Format.TABLE);
  }

  @Test
  void showsWhatWasPublishedBesideTheRunsOfARecipe() throws IOException {
    TrainingConfig recipe = TrainingConfig.preset("unsup-bert-base");
    String[] runs = {RUN.formatted(1, "0.1"), RUN.formatted(2, "0.3")};
    assertThat(report(recipe, "unsup-bert-base", runs))
        .containsPattern("\nmean +20\\.00 +20\\.00 .* 41\\.43\n")
        .containsPattern("\nstandard deviation +14\\.14 +0\\.00 .* 2\\.02\n")
        .containsPattern("\npublished +68\\.40 .* 76\\.25\n")
        .contains("75.11 ± 0.84 over 50 seeds", "started from the default model")
        .doesNotContain("other settings");
    assertThat(report(recipe.with("max-steps", 9), "unsup-bert-base", runs))
        .contains("other settings than the recipe: max-steps 9");
    assertThat(report(recipe, "quickstart", runs)).doesNotContain("published");
  }

  @Test
  void theDocumentationPrintsTheSameFigures() throws IOException {
    String docs = Files.readString(Path.of("../docs/training.md"));
    for (String preset : Presets.names()) {
      String line =
          docs.lines().filter(row -> row.startsWith("| `" + preset + "`")).findFirst().orElse("");
      PublishedFigures.of(preset)
          .ifPresent(
              known ->
                  assertThat(line)
                      .endsWith(String.format(Locale.ROOT, " %.2f |", known.average())));
    }
  }
}
