package org.simcse.plugins.losses;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.LossTerms;
import org.simcse.api.Views;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Signature;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;
import org.simcse.tests.TestEnvironment;

/** The loss of concrete rows, on the backend of the system property {@code simcse.backend}. */
final class PairLoss {
  private static final Dim N = Dim.symbol("N");

  private PairLoss() {}

  /** Returns a head as {@code --head} makes it, with options as in {@code angle:cosine=0}. */
  static ContrastiveHead head(String text) {
    Providers<HeadProvider> heads = Providers.heads(List.of());
    Options options = Options.parse(text);
    ModelContext model = ModelContext.of(Map.of("hidden_size", 4)).with(heads);
    return heads.create(options, provider -> provider.create(model, options));
  }

  /**
   * Returns the total, named loss, and every term.
   *
   * @param columns of the rows, by name
   * @param views anchors and positives, and optionally a hard negative per row
   */
  static Map<String, Double> terms(
      ContrastiveHead head, Map<String, HostTensor> columns, double[][]... views) {
    Map<String, HostTensor> values = new HashMap<>(columns);
    List<Signature.Input> inputs = new ArrayList<>();
    columns.forEach((name, column) -> inputs.add(input(name, column)));
    for (int v = 0; v < views.length; v++) {
      values.put("view" + v, rows(views[v]));
      inputs.add(input("view" + v, rows(views[v])));
    }
    try (Backend backend = TestEnvironment.selected().start()) {
      Map<String, HostTensor> outputs =
          backend
              .compile(
                  (pass, in) -> {
                    Map<String, Tensor> read = new HashMap<>(in);
                    read.keySet().retainAll(columns.keySet());
                    LossTerms terms = head.loss(pass, views(in).withColumns(read));
                    Map<String, Tensor> all = new HashMap<>();
                    terms.terms().forEach(term -> all.put(term.name(), term.value()));
                    all.put("loss", terms.total());
                    return all;
                  },
                  Signature.of(inputs.toArray(Signature.Input[]::new)))
              .run(values, 1);
      Map<String, Double> terms = new LinkedHashMap<>();
      outputs.forEach((name, value) -> terms.put(name, value.at(0)));
      return terms;
    }
  }

  /** Returns a term, or the total. */
  static double term(Map<String, Double> terms, String name) {
    return Objects.requireNonNull(terms.get(name), name);
  }

  private static Views views(Map<String, Tensor> inputs) {
    Tensor anchors = Objects.requireNonNull(inputs.get("view0"));
    Tensor positives = Objects.requireNonNull(inputs.get("view1"));
    Tensor hard = inputs.get("view2");
    Dim none = Dim.of(0);
    return Views.of(
        anchors,
        positives,
        hard == null ? anchors.unsqueeze(1).slice(1, none, none) : hard.unsqueeze(1),
        anchors.slice(0, none, none));
  }

  private static Signature.Input input(String name, HostTensor value) {
    if (value instanceof HostTensor.Longs) {
      return Signature.Input.ints(name, N);
    }
    return value.shape().length == 1
        ? Signature.Input.floats(name, N)
        : Signature.Input.floats(name, N, Dim.of(value.shape()[1]));
  }

  /** Returns rows as a tensor {@code [N, width]}. */
  static HostTensor rows(double[]... rows) {
    double[] all = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return HostTensor.of(all, rows.length, rows[0].length);
  }
}
