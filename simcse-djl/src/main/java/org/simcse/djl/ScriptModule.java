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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.simcse.api.error.BackendException;

/**
 * TorchScript text compiled by libtorch: one method over lists of tensors.
 *
 * <p>The only class that touches DJL's internal JNI. Thread-safe, except that closing does not wait
 * for running calls.
 */
final class ScriptModule implements AutoCloseable {
  /** Pickled {@code __torch__.M} with one attribute, {@code training = False}. */
  private static final byte[] DATA =
      concat(
          new byte[] {(byte) 0x80, 2, 'c'},
          "__torch__\nM\n".getBytes(StandardCharsets.US_ASCII),
          new byte[] {')', (byte) 0x81, '}', '(', 'X', 8, 0, 0, 0},
          "training".getBytes(StandardCharsets.US_ASCII),
          new byte[] {(byte) 0x89, 'u', 'b', '.'});

  /** A pickled empty tuple. */
  private static final byte[] CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private static final byte[] VERSION = "10\n".getBytes(StandardCharsets.US_ASCII);

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
    String code =
        "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n" + method;
    try {
      return new ScriptModule(
          JniUtils.loadModule(
              (PtNDManager) manager, new ByteArrayInputStream(archive(code)), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw new BackendException(
          "libtorch refused this program: " + e.getMessage() + "\n" + code, e);
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

  private static byte[] archive(String code) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "archive/data.pkl", DATA);
      put(zip, "archive/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      put(zip, "archive/constants.pkl", CONSTANTS);
      put(zip, "archive/version", VERSION);
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
