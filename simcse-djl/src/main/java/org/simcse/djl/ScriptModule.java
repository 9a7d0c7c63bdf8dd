package org.simcse.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.simcse.api.error.BackendException;

/**
 * TorchScript text compiled by libtorch: one method over lists of tensors.
 *
 * <p>The only class that touches DJL's internal JNI. Thread-safe, except that closing does not wait
 * for running calls.
 */
final class ScriptModule implements AutoCloseable {
  /**
   * The optimizer setting is thread-local; if on, the first calls of a program take up to 0.1 s.
   */
  private static final ThreadLocal<Boolean> OPTIMISER_OFF =
      ThreadLocal.withInitial(
          () -> {
            JniUtils.setGraphExecutorOptimize(false);
            return true;
          });

  private final PtSymbolBlock block;

  private ScriptModule(PtSymbolBlock block) {
    this.block = block;
  }

  /**
   * Compiles a method.
   *
   * @param method the text of {@code def forward(self, …)}, indented by two spaces
   * @throws BackendException with the text if libtorch refuses it
   */
  static ScriptModule compile(NDManager manager, String method) {
    OPTIMISER_OFF.get();
    try {
      return new ScriptModule(
          JniUtils.loadModule(
              (PtNDManager) manager, new ByteArrayInputStream(archive(method)), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw new BackendException(
          "libtorch refused this program: " + e.getMessage() + "\n" + method, e);
    }
  }

  /** Calls the method without autograd; results belong to {@code manager}. */
  List<NDArray> infer(NDManager manager, List<List<NDArray>> arguments) {
    OPTIMISER_OFF.get();
    List<IValue> values = new ArrayList<>();
    try {
      for (List<NDArray> list : arguments) {
        values.add(IValue.listFrom(list.toArray(PtNDArray[]::new)));
      }
      try (IValue result = IValueUtils.runMethod(block, "forward", values.toArray(IValue[]::new))) {
        return result.toNDList((PtNDManager) manager);
      }
    } finally {
      values.forEach(IValue::close);
    }
  }

  /**
   * Calls the method with autograd on; results belong to the manager of the first argument's first
   * tensor.
   */
  List<NDArray> differentiate(List<List<NDArray>> arguments) {
    OPTIMISER_OFF.get();
    NDList named = new NDList();
    for (int i = 0; i < arguments.size(); i++) {
      for (NDArray array : arguments.get(i)) {
        array.setName("a" + i + "[]"); // arrays of the same name are passed as one list
        named.add(array);
      }
    }
    JniUtils.setGradMode(true); // the setting is thread-local
    try {
      return IValueUtils.forward(block, named, true);
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  @Override
  public void close() {
    block.close();
  }

  private static byte[] archive(String method) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ScriptArchive archive = new ScriptArchive("M", bytes)) {
      archive.code(method);
    }
    return bytes.toByteArray();
  }
}
