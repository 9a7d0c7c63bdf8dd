/**
 * Everything written once: encoders, poolers, heads, tokenisation, checkpoints and the facade for
 * Java programs.
 */
module org.simcse.core {
  requires ai.djl.api;
  requires ai.djl.tokenizers;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.csv;
  requires com.fasterxml.jackson.dataformat.yaml;
  requires com.google.gson; // of ai.djl.api, which as an automatic module does not say so
  requires com.google.protobuf;
  requires org.apache.commons.statistics.ranking;
  requires transitive org.simcse.api;
  requires org.slf4j; // of ai.djl.api likewise
  requires org.tribuo.util.onnx;
  requires pickle;
  requires static org.jspecify;

  exports org.simcse.core;
  exports org.simcse.core.checkpoint;
  exports org.simcse.core.data;
  exports org.simcse.core.encoder;
  exports org.simcse.core.evaluate;
  exports org.simcse.core.gather;
  exports org.simcse.core.head;
  exports org.simcse.core.mlm;
  exports org.simcse.core.model;
  exports org.simcse.core.objective;
  exports org.simcse.core.optimize;
  exports org.simcse.core.plugin;
  exports org.simcse.core.pooler;
  exports org.simcse.core.text;
  exports org.simcse.core.train;

  // Jackson reads and writes the state of a run.
  opens org.simcse.core.train to
      com.fasterxml.jackson.databind;

  provides org.simcse.api.spi.EncoderProvider with
      org.simcse.core.encoder.BertEncoderProvider,
      org.simcse.core.encoder.RobertaEncoderProvider;
  provides org.simcse.api.spi.GatherProvider with
      org.simcse.core.gather.LocalGatherProvider;
  provides org.simcse.api.spi.HeadProvider with
      org.simcse.core.head.SimCseHeadProvider;
  provides org.simcse.api.spi.PoolerProvider with
      org.simcse.core.pooler.BuiltInPoolers.Cls,
      org.simcse.core.pooler.BuiltInPoolers.ClsBeforePooler,
      org.simcse.core.pooler.BuiltInPoolers.Avg,
      org.simcse.core.pooler.BuiltInPoolers.AvgTop2,
      org.simcse.core.pooler.BuiltInPoolers.AvgFirstLast,
      org.simcse.core.pooler.BuiltInPoolers.AvgFirstLastEmbeddings,
      org.simcse.core.pooler.BuiltInPoolers.Max;
}
