package org.simcse.spark;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.simcse.core.SimCse;

/**
 * The models of this JVM, which all of its tasks share. Spark gives tasks no other place that they
 * have in common, and a model per task would fill the memory of an executor.
 */
final class ExecutorModels {
  private static final ConcurrentMap<ModelSettings, SimCse> OPEN = new ConcurrentHashMap<>();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> OPEN.values().forEach(SimCse::close), "simcse-close-models"));
  }

  private ExecutorModels() {}

  /**
   * Returns a model, which stays open until this JVM ends; a task that asks while another loads it
   * waits.
   *
   * @param loaded is called if this call loaded it
   */
  static SimCse get(ModelSettings settings, Runnable loaded) {
    return OPEN.computeIfAbsent(
        settings,
        wanted -> {
          SimCse model = wanted.open();
          loaded.run();
          return model;
        });
  }
}
