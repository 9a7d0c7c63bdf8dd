package org.simcse.parquet;

import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** Takes rows apart into the values of columns. */
final class TextVectorSupport extends WriteSupport<TextVector> {
  private static final String TEXT = "text";
  private static final String EMBEDDING = "embedding";
  private static final String LIST = "list";
  private static final String ELEMENT = "element";

  /** With lists of three levels, as Parquet's specification has them. */
  private static final MessageType SCHEMA =
      Types.buildMessage()
          .required(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(TEXT)
          .requiredList()
          .requiredElement(PrimitiveTypeName.FLOAT)
          .named(EMBEDDING)
          .named("vectors");

  private @Nullable RecordConsumer consumer;

  /** Builds the writer. */
  static final class Builder extends ParquetWriter.Builder<TextVector, Builder> {
    Builder(OutputFile file) {
      super(file);
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<TextVector> getWriteSupport(ParquetConfiguration configuration) {
      return new TextVectorSupport();
    }

    @Override
    @SuppressWarnings("deprecation") // abstract
    protected WriteSupport<TextVector> getWriteSupport(Configuration hadoop) {
      return new TextVectorSupport();
    }
  }

  @Override
  public WriteContext init(ParquetConfiguration configuration) {
    return new WriteContext(SCHEMA, Map.of());
  }

  @Override
  @SuppressWarnings("deprecation") // abstract
  public WriteContext init(Configuration hadoop) {
    return new WriteContext(SCHEMA, Map.of());
  }

  @Override
  public void prepareForWrite(RecordConsumer columns) {
    consumer = columns;
  }

  @Override
  public void write(TextVector row) {
    RecordConsumer columns = Objects.requireNonNull(consumer);
    columns.startMessage();
    columns.startField(TEXT, 0);
    columns.addBinary(Binary.fromString(row.text()));
    columns.endField(TEXT, 0);
    columns.startField(EMBEDDING, 1);
    columns.startGroup();
    if (row.vector().length > 0) { // a field without values is not begun
      columns.startField(LIST, 0);
      for (float value : row.vector()) {
        columns.startGroup();
        columns.startField(ELEMENT, 0);
        columns.addFloat(value);
        columns.endField(ELEMENT, 0);
        columns.endGroup();
      }
      columns.endField(LIST, 0);
    }
    columns.endGroup();
    columns.endField(EMBEDDING, 1);
    columns.endMessage();
  }
}
