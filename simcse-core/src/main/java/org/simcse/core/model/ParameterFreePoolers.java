package org.simcse.core.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.simcse.api.Pooler;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.spi.Providers;

/** Finds the poolers that can be compared on one pass over the hidden states of any encoder. */
public final class ParameterFreePoolers {
  /** Without its MLP, which other poolers do not have, this is {@code cls_before_pooler}. */
  private static final String WITH_MLP = "cls";

  private ParameterFreePoolers() {}

  /**
   * Returns the names of the poolers that have no parameters, need no options and leave the tokens
   * of a text as they are, without {@code cls}.
   *
   * @param model a model, with any pooler
   * @param plugins the plugins, searched for poolers beside SimCSE's own
   */
  public static List<String> names(ModelSpec model, Collection<ModuleLayer> plugins) {
    Set<String> encoder = parameters(model, (pass, context) -> context.states().firstToken());
    Providers<PoolerProvider> poolers = Providers.poolers(plugins);
    List<String> names = new ArrayList<>();
    for (PoolerProvider provider : poolers.all()) {
      String name = provider.name();
      try {
        Options none = Options.parse(name);
        Pooler pooler = poolers.create(none, chosen -> chosen.create(model.context(), none));
        if (!name.equals(WITH_MLP)
            && !ModelSpec.changesTokens(pooler)
            && parameters(model, pooler).equals(encoder)) {
          names.add(name);
        }
      } catch (InvalidInputException e) {
        // It needs options, of which there is no default.
      }
    }
    return List.copyOf(names);
  }

  private static Set<String> parameters(ModelSpec model, Pooler pooler) {
    SentenceModel computation =
        new SentenceModel(model.encoder(), pooler, Projection.chain(List.of()), false);
    return DryTrace.of(computation, SentenceModel.signature()).parameters().keySet();
  }
}
