package org.simcse.djl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.simcse.api.tensor.HostTensor;

/**
 * Writes a TorchScript archive, the zip file that {@code torch.jit.load} opens: the text of one
 * class with one method, its tensors as little-endian bytes, and a pickle of the object, which
 * refers to them (PyTorch's {@code torch/csrc/jit/docs/serialization.md}).
 */
final class ScriptArchive implements AutoCloseable {
  private static final String ROOT = "archive/";
  private static final String VERSION = "10\n";

  /** A pickled empty tuple. */
  private static final byte[] CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private final String name;
  private final ZipOutputStream zip;
  private final Map<String, long[]> tensors = new LinkedHashMap<>();

  /**
   * Starts an archive.
   *
   * @param name the name of the class
   * @param target closed with this
   */
  ScriptArchive(String name, OutputStream target) {
    this.name = name;
    this.zip = new ZipOutputStream(target);
    zip.setMethod(ZipOutputStream.STORED);
  }

  /**
   * Adds a parameter.
   *
   * @param attribute the attribute of the object, an identifier
   */
  void tensor(String attribute, HostTensor value) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(4, value.size())).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(value.toFloats());
    put("data/" + tensors.size(), bytes.array());
    tensors.put(attribute, value.shape());
  }

  /** Adds a file of text, which {@code torch.jit.load} returns in {@code _extra_files}. */
  void extra(String file, String text) throws IOException {
    put("extra/" + file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Adds the class.
   *
   * @param method the text of {@code def forward(self, …)}, indented by two spaces
   */
  void code(String method) throws IOException {
    String names =
        tensors.keySet().stream().map("\"%s\", "::formatted).collect(Collectors.joining());
    String declared =
        tensors.keySet().stream().map("  %s : Tensor\n"::formatted).collect(Collectors.joining());
    put("data.pkl", pickle());
    put(
        "code/__torch__.py",
        """
        class %s(Module):
          __parameters__ = [%s]
          __buffers__ = []
          training : bool
        """
            .formatted(name, names)
            .concat(declared)
            .concat(method)
            .getBytes(StandardCharsets.UTF_8));
    put("constants.pkl", CONSTANTS);
    put("version", VERSION.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  private void put(String file, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(ROOT + file);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** Returns the pickled object: {@code training = False}, and its tensors. */
  private byte[] pickle() {
    Pickle pickle = new Pickle().global("__torch__", name).emptyTuple().newObject().emptyDict();
    pickle.mark().text("training").no();
    int key = 0;
    for (Map.Entry<String, long[]> tensor : tensors.entrySet()) {
      pickle.text(tensor.getKey());
      tensor(pickle, String.valueOf(key++), tensor.getValue());
    }
    return pickle.setItems().build().stop();
  }

  /**
   * Appends {@code _rebuild_tensor_v2(storage, offset, sizes, strides, requires_grad, hooks)}, the
   * storage by its persistent id {@code ("storage", type, key, device, count)}.
   */
  private static void tensor(Pickle pickle, String key, long[] shape) {
    long[] strides = new long[shape.length];
    long count = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = count;
      count *= shape[axis];
    }
    pickle.global("torch._utils", "_rebuild_tensor_v2").mark();
    pickle.mark().text("storage").global("torch", "FloatStorage").text(key).text("cpu");
    pickle.integer(count).tuple().persistentId();
    pickle.integer(0).integers(shape).integers(strides).no();
    pickle.global("collections", "OrderedDict").emptyTuple().reduce();
    pickle.tuple().reduce();
  }

  /** Opcodes of Python's pickle protocol 2, in its documentation's names ({@code pickletools}). */
  private static final class Pickle {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Pickle() {
      code(0x80).code(2); // PROTO
    }

    private Pickle code(int opcode) {
      bytes.write(opcode);
      return this;
    }

    Pickle global(String module, String type) {
      code('c').bytes.writeBytes((module + "\n" + type + "\n").getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    Pickle text(String text) {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      code('X').fourBytes(encoded.length).bytes.writeBytes(encoded); // BINUNICODE
      return this;
    }

    private Pickle fourBytes(int number) {
      bytes.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
      return this;
    }

    Pickle integer(long number) {
      return code('J').fourBytes(Math.toIntExact(number)); // BININT
    }

    Pickle integers(long[] numbers) {
      mark();
      for (long number : numbers) {
        integer(number);
      }
      return tuple();
    }

    Pickle no() {
      return code(0x89); // NEWFALSE
    }

    Pickle mark() {
      return code('(');
    }

    Pickle tuple() {
      return code('t');
    }

    Pickle emptyTuple() {
      return code(')');
    }

    Pickle emptyDict() {
      return code('}');
    }

    Pickle newObject() {
      return code(0x81); // NEWOBJ
    }

    Pickle setItems() {
      return code('u');
    }

    Pickle build() {
      return code('b');
    }

    Pickle reduce() {
      return code('R');
    }

    Pickle persistentId() {
      return code('Q'); // BINPERSID
    }

    byte[] stop() {
      return code('.').bytes.toByteArray();
    }
  }
}
