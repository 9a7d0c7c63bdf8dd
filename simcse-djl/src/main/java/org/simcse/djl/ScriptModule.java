package org.simcse.djl;

import ai.djl.engine.EngineException;
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
    NativeThread.prepare(NativeThread.all());
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
    return infer(manager, arguments, List.of(), NativeThread.all());
  }

  /**
   * Calls the method without autograd; results belong to {@code manager}.
   *
   * @param last the last arguments, which stay open
   * @param threads the number of threads that an operation may use
   */
  List<NDArray> infer(
      NDManager manager, List<List<NDArray>> first, List<IValue> last, int threads) {
    List<IValue> own = new ArrayList<>();
    try {
      first.forEach(list -> own.add(list(list)));
      List<IValue> all = new ArrayList<>(own);
      all.addAll(last);
      try (IValue result = call(all, threads)) {
        return result.toNDList((PtNDManager) manager);
      }
    } finally {
      own.forEach(IValue::close);
    }
  }

  /** Calls a method of two lists without autograd; the caller closes the result. */
  IValue call(List<NDArray> first, List<NDArray> second) {
    try (IValue a = list(first);
        IValue b = list(second)) {
      return call(List.of(a, b), NativeThread.all());
    }
  }

  private IValue call(List<IValue> arguments, int threads) {
    NativeThread.prepare(threads);
    try {
      return IValueUtils.runMethod(block, "forward", arguments.toArray(IValue[]::new));
    } catch (EngineException e) {
      throw new BackendException("libtorch could not run the program: " + e.getMessage(), e);
    }
  }

  /** Returns a list of tensors as an argument, which the caller closes. */
  static IValue list(List<NDArray> arrays) {
    return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
  }

  /**
   * Calls the method with autograd on; results belong to the manager of the first argument's first
   * tensor.
   */
  List<NDArray> differentiate(List<List<NDArray>> arguments) {
    NativeThread.prepare(NativeThread.all());
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
