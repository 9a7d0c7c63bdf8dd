package org.simcse.core.modeldir;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.SimCseException;
import org.simcse.core.hub.FetchListener;
import org.simcse.core.hub.Hub;
import org.simcse.core.hub.HubRepository;
import org.simcse.core.hub.HubSettings;

/**
 * Opens models by name: an existing path, {@code default} for the embedded all-MiniLM-L6-v2, or a
 * model of the Hugging Face Hub, {@code org/name} or {@code org/name@revision}.
 *
 * <p>A model of the hub is fetched once, into the cache that Python's huggingface_hub uses too, and
 * opened from there afterwards. The environment variables of huggingface_hub are obeyed: {@code
 * HF_ENDPOINT}, {@code HF_TOKEN}, {@code HF_HOME}, {@code HF_HUB_CACHE}, {@code HF_HUB_OFFLINE}.
 * Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class ModelSource {
  /** The name of the embedded model. */
  public static final String DEFAULT = "default";

  private final Map<String, String> environment;
  private final boolean allowPickle;
  private final FetchListener listener;

  private ModelSource(
      Map<String, String> environment, boolean allowPickle, FetchListener listener) {
    this.environment = environment;
    this.allowPickle = allowPickle;
    this.listener = listener;
  }

  /** Returns the source with the settings of the process's environment. */
  public static ModelSource standard() {
    return of(System.getenv());
  }

  /**
   * Returns a source.
   *
   * @param environment the variables to obey in place of the process's
   */
  public static ModelSource of(Map<String, String> environment) {
    return new ModelSource(Map.copyOf(environment), false, FetchListener.SILENT);
  }

  /**
   * Returns a source that also fetches weights in a pickle ({@code pytorch_model.bin}) where there
   * are no others. SimCSE reads nothing but tensors from it; another program that loads it from the
   * cache may run what is hidden in it.
   */
  public ModelSource allowingPickle(boolean whether) {
    return new ModelSource(environment, whether, listener);
  }

  /** Returns a source that reports what it fetches. */
  @SuppressWarnings("exports") // for this project's own modules
  public ModelSource reportingTo(FetchListener told) {
    return new ModelSource(environment, allowPickle, told);
  }

  /**
   * Opens a model.
   *
   * @throws CheckpointException if there is none of this name, or it cannot be used
   * @throws InvalidInputException if the name is empty
   * @throws SimCseException if it cannot be fetched; the message says why and what to do
   */
  public ModelDirectory open(String name) {
    Optional<Path> local = local(name);
    if (local.isPresent()) {
      return ModelDirectory.open(local.get());
    }
    if (name.equals(DEFAULT)) {
      return ModelDirectory.embeddedDefault();
    }
    Hub.Snapshot snapshot = fetch(name);
    return ModelDirectory.open(snapshot.repository().toString(), snapshot.folder());
  }

  /**
   * Returns a name that means the same model from every working directory and at any time: an
   * absolute path, or a name of the hub with the commit as its revision. Fetches the model if
   * necessary.
   *
   * @throws SimCseException as {@link #open} does
   */
  public String lasting(String name) {
    Optional<Path> local = local(name);
    if (local.isPresent()) {
      return local.get().toAbsolutePath().normalize().toString();
    }
    return name.equals(DEFAULT) ? name : fetch(name).repository().toString();
  }

  /**
   * Returns the path that a name is, if it exists.
   *
   * @throws InvalidInputException if the name is empty
   */
  public static Optional<Path> local(String name) {
    if (name.isEmpty()) { // which would be the working directory
      throw new InvalidInputException(
          "The name of the model is empty; leave it out for the default.");
    }
    try {
      return Optional.of(Path.of(name)).filter(Files::exists);
    } catch (InvalidPathException e) {
      return Optional.empty(); // it may be a name of the hub still
    }
  }

  private Hub.Snapshot fetch(String name) {
    HubRepository repository =
        HubRepository.model(name)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "The model directory %s does not exist; name a directory with config.json, weights and a tokenizer, or a model of the hub as ORG/NAME or ORG/NAME@REVISION."
                            .formatted(name)));
    return new Hub(HubSettings.of(environment), listener).model(repository, allowPickle);
  }
}
