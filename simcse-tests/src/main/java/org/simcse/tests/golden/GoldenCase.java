package org.simcse.tests.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.TokenSequence;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.model.PaddedBatch;
import org.simcse.core.train.step.Auxiliary;
import org.simcse.core.train.step.AuxiliaryData;
import org.simcse.core.train.step.TrainingModel;

/**
 * One case: the inputs and outputs of the reference implementation.
 *
 * @param name the directory's
 * @param options {@code case.json}
 * @param inputs ids and masks
 * @param outputs in double precision
 */
record GoldenCase(
    String name,
    JsonNode options,
    Map<String, HostTensor> inputs,
    Map<String, HostTensor> outputs) {
  /** Returns the cases with hidden states. */
  static List<String> embeddings() {
    return List.of("bert-embedding", "roberta-embedding");
  }

  /** Returns the cases of models of one layer. */
  static List<String> oneLayerEmbeddings() {
    return List.of("bert-embedding-one-layer", "roberta-embedding-one-layer");
  }

  /** Returns the cases with a contrastive loss and its gradients. */
  static List<String> losses() {
    return Stream.of("bert", "roberta")
        .flatMap(
            model ->
                Stream.of(
                        "unsup-cls",
                        "pairs-cls",
                        "pairs-cls_before_pooler",
                        "pairs-avg-temp0.1",
                        "pairs-avg_top2",
                        "pairs-avg_first_last",
                        "triplets-cls-weight0",
                        "triplets-cls-weight1.5")
                    .map(kind -> model + "-" + kind))
        .toList();
  }

  /** Returns the cases of two ranks without masked language modelling. */
  static List<String> gathers() {
    return Stream.of("bert", "roberta")
        .flatMap(model -> Stream.of("pairs", "triplets").map(kind -> model + "-gather2-" + kind))
        .toList();
  }

  /** Reads a case. */
  static GoldenCase load(String name) {
    String directory = "cases/" + name + "/";
    return new GoldenCase(
        name,
        GoldenFiles.json(directory + "case.json"),
        GoldenFiles.tensors(directory + "inputs.safetensors"),
        GoldenFiles.tensors(directory + "outputs.safetensors"));
  }

  /** Returns the model's directory, such as {@code tiny-bert}. */
  String model() {
    return options.get("model").asText();
  }

  /** Returns one output. */
  HostTensor output(String output) {
    return Objects.requireNonNull(outputs.get(output), () -> name + " has no output " + output);
  }

  /** Returns the number of texts per row. */
  int views() {
    return options.get("num_sent").asInt();
  }

  /** Returns the number of rows. */
  int rows() {
    return sequences().size() / views();
  }

  /**
   * Returns the head that the options describe. The original stores the hard-negative weight in
   * single precision even where everything else is double: 0.7 becomes 0.699999988.
   */
  SimCseHead head() {
    return new SimCseHead(
        options.get("pooler_type").asText().equals("cls"),
        options.get("temp").asDouble(),
        options.get("hard_negative_weight").floatValue());
  }

  /**
   * Returns the masked-language-modelling data of the texts: masked ids, and targets where masked.
   */
  AuxiliaryData masked() {
    List<TokenSequence> texts = sequences();
    HostTensor ids = input("mlm_input_ids");
    HostTensor labels = input("mlm_labels");
    int length = Math.toIntExact(ids.shape()[ids.shape().length - 1]);
    int[][] masked = new int[texts.size()][];
    int[][] positions = new int[texts.size()][];
    int[][] targets = new int[texts.size()][];
    for (int i = 0; i < masked.length; i++) {
      int start = i * length;
      int end = texts.get(i).length();
      masked[i] = IntStream.range(0, end).map(t -> (int) ids.at(start + t)).toArray();
      positions[i] = IntStream.range(0, end).filter(t -> labels.at(start + t) >= 0).toArray();
      targets[i] = IntStream.of(positions[i]).map(t -> (int) labels.at(start + t)).toArray();
    }
    return new AuxiliaryData(masked, positions, targets);
  }

  /** Returns the training model that the options describe, with the given head. */
  TrainingModel training(
      GoldenModel files, ContrastiveHead projectedBy, List<Auxiliary> auxiliaries) {
    return files.training(options.get("pooler_type").asText(), projectedBy, views(), auxiliaries);
  }

  /** Returns the texts without padding, row by row. */
  List<TokenSequence> sequences() {
    HostTensor ids = input("input_ids");
    HostTensor mask = input("attention_mask");
    HostTensor types = input("token_type_ids");
    int length = Math.toIntExact(ids.shape()[ids.shape().length - 1]);
    List<TokenSequence> sequences = new ArrayList<>();
    for (int first = 0; first < ids.size(); first += length) {
      int start = first;
      int[] places = IntStream.range(start, start + length).filter(i -> mask.at(i) == 1).toArray();
      sequences.add(
          new TokenSequence(
              IntStream.of(places).map(i -> (int) ids.at(i)).toArray(),
              IntStream.of(places).map(i -> (int) types.at(i)).toArray()));
    }
    return sequences;
  }

  /** Returns the batch as it was padded, one view after the other. */
  PaddedBatch tokens() {
    HostTensor ids = input("input_ids");
    int length = Math.toIntExact(ids.shape()[ids.shape().length - 1]);
    int rows = ids.size() / length;
    long[] shape = {rows, length};
    return new PaddedBatch(
        HostTensor.of(ids.toLongs(), shape),
        HostTensor.of(input("attention_mask").toLongs(), shape),
        HostTensor.of(input("token_type_ids").toLongs(), shape));
  }

  private HostTensor input(String input) {
    return Objects.requireNonNull(inputs.get(input), () -> name + " has no input " + input);
  }
}
