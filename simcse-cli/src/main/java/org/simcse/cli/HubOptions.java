package org.simcse.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.simcse.core.hub.FetchListener;
import org.simcse.core.modeldir.ModelSource;
import picocli.CommandLine.Option;

/** Options for what is fetched from the Hugging Face Hub. */
final class HubOptions {
  @Option(
      names = "--allow-pickle",
      description =
          "Fetch weights from the hub as pytorch_model.bin if there is no model.safetensors; Python programs that load such a file may run what is hidden in it.")
  private boolean allowPickle;

  /** Returns the source of models, which shows what it fetches. */
  ModelSource models(OutputOptions say) {
    return ModelSource.standard().allowingPickle(allowPickle).reportingTo(new Bar(say));
  }

  /** Says what is fetched, and shows how far it is on a terminal. */
  static final class Bar implements FetchListener {
    private final OutputOptions say;
    private @Nullable Progress progress;

    Bar(OutputOptions say) {
      this.say = say;
    }

    @Override
    public void begins(String source, long bytes) {
      say.warn(String.format(Locale.ROOT, "Fetching %s (%.1f MB).", source, bytes / 1e6));
      progress = Progress.ofBytes("Fetching", bytes, say.progressBar());
    }

    @Override
    public void received(long bytes) {
      if (progress != null) {
        progress.add(bytes);
      }
    }

    @Override
    public void ends() {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
