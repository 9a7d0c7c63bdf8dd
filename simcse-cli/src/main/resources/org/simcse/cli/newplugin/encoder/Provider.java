package @package@;

import java.util.LinkedHashMap;
import java.util.Map;
import org.simcse.api.Encoder;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.spi.EncoderProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;

/** Provides the encoder of models whose {@code model_type} is {@code @name@}. */
public final class @Class@Provider implements EncoderProvider {
  @Override
  public String name() {
    return "@name@";
  }

  @Override
  public String description() {
    return "a small transformer with one attention head per layer";
  }

  /** What {@code config.json} asks for is implemented or refused by its name, never left out. */
  @Override
  public Encoder create(ModelContext model, Options options) {
    Map<String, Object> config = model.config();
    return new @Class@(
        number(config, "hidden_size").intValue(),
        number(config, "num_hidden_layers").intValue(),
        number(config, "max_position_embeddings").intValue(),
        number(config, "vocab_size").intValue(),
        number(config, "dropout").doubleValue());
  }

  /** Training sets every dropout rate by this. */
  @Override
  public Map<String, Object> withDropout(Map<String, Object> config, double rate) {
    Map<String, Object> changed = new LinkedHashMap<>(config);
    changed.put("dropout", rate);
    return changed;
  }

  private static Number number(Map<String, Object> config, String key) {
    if (config.get(key) instanceof Number number) {
      return number;
    }
    throw new CheckpointException(
        "The config's %s must be a number, but it is %s.".formatted(key, config.get(key)));
  }
}
