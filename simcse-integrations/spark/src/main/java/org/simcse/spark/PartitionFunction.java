package org.simcse.spark;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * Embeds the rows of a partition with the model of the executor.
 *
 * @param text the index of the column of texts
 * @param key the index of the column that names a row in messages, or -1
 */
record PartitionFunction(
    ModelSettings model,
    int text,
    int key,
    OnError onError,
    boolean allowNonFinite,
    EmbeddingCounts counts)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new EmbeddedRows(
        rows,
        () -> ExecutorModels.get(model, counts::addLoaded),
        this,
        TaskContext.get().partitionId());
  }
}
