/**
 * The engine-independent code: encoders, poolers, heads, tokenization, checkpoints and the facade
 * for Java programs.
 */
@SuppressWarnings("module") // those that packages are exported to are compiled later
module org.simcse.core {
  requires ai.djl.api;
  requires ai.djl.tokenizers;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.csv;
  requires com.fasterxml.jackson.dataformat.yaml;
  requires com.google.gson; // of ai.djl.api, which as an automatic module does not say so
  requires com.google.protobuf;
  requires java.net.http;
  requires transitive org.simcse.api;
  requires org.slf4j; // of ai.djl.api likewise
  requires org.tribuo.util.onnx;
  requires pickle;
  requires static org.jspecify;

  exports org.simcse.core;
  exports org.simcse.core.embed;
  exports org.simcse.core.evaluate;
  exports org.simcse.core.evaluate.transfer;
  exports org.simcse.core.mine;
  exports org.simcse.core.modeldir;
  exports org.simcse.core.search;
  exports org.simcse.core.table;
  exports org.simcse.core.train;

  // For the command line and the conformance kit; not a stable API.
  exports org.simcse.core.builtin to
      org.simcse.tests;
  exports org.simcse.core.data to
      org.simcse.cli;
  exports org.simcse.core.export to
      org.simcse.cli,
      org.simcse.tests;
  exports org.simcse.core.evaluate.data to
      org.simcse.cli;
  exports org.simcse.core.hub to
      org.simcse.cli;
  exports org.simcse.core.io to
      org.simcse.cli,
      org.simcse.tests;
  exports org.simcse.core.model to
      org.simcse.cli,
      org.simcse.tests;
  exports org.simcse.core.tokenize to
      org.simcse.tests;
  exports org.simcse.core.train.step to
      org.simcse.tests;
  exports org.simcse.core.weights to
      org.simcse.cli,
      org.simcse.tests;

  // Jackson reads and writes the state of a run, and the log's steps in it.
  opens org.simcse.core.train to
      com.fasterxml.jackson.databind;
  opens org.simcse.core.train.run to
      com.fasterxml.jackson.databind;

  provides org.simcse.api.spi.EncoderProvider with
      org.simcse.core.builtin.BertEncoderProvider,
      org.simcse.core.builtin.RobertaEncoderProvider;
  provides org.simcse.api.spi.ExporterProvider with
      org.simcse.core.export.OnnxExporterProvider;
  provides org.simcse.api.spi.GatherProvider with
      org.simcse.core.builtin.LocalGatherProvider;
  provides org.simcse.api.spi.HeadProvider with
      org.simcse.core.builtin.SimCseHeadProvider;
  provides org.simcse.api.spi.PoolerProvider with
      org.simcse.core.builtin.BuiltInPoolers.Cls,
      org.simcse.core.builtin.BuiltInPoolers.ClsBeforePooler,
      org.simcse.core.builtin.BuiltInPoolers.Avg,
      org.simcse.core.builtin.BuiltInPoolers.AvgTop2,
      org.simcse.core.builtin.BuiltInPoolers.AvgFirstLast,
      org.simcse.core.builtin.BuiltInPoolers.AvgFirstLastEmbeddings,
      org.simcse.core.builtin.BuiltInPoolers.Max,
      org.simcse.core.builtin.BuiltInPoolers.MeanSqrtLenTokens,
      org.simcse.core.builtin.BuiltInPoolers.WeightedMean,
      org.simcse.core.builtin.BuiltInPoolers.LastToken;
}
