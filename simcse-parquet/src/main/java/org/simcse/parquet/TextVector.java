package org.simcse.parquet;

/** A row. */
record TextVector(String text, float[] vector) {}
