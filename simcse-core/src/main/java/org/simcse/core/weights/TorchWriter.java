package org.simcse.core.weights;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.simcse.core.io.AtomicFile;

/**
 * Writes a dictionary of tensors as {@code torch.save} does since PyTorch 1.6, so that {@code
 * torch.load} reads it, also with {@code weights_only=True}: a zip archive, nothing compressed, of
 * a pickle and an entry per tensor. A file is replaced atomically.
 */
final class TorchWriter {
  private static final String FOLDER = "archive/";

  /** PyTorch maps storages into memory, at addresses that are multiples of this. */
  private static final int ALIGNMENT = 64;

  /** The length of a local file header without name and extra field (APPNOTE.TXT, 4.3.7). */
  private static final int HEADER = 30;

  /** The length of an extra field's id and size. */
  private static final int EXTRA_HEADER = 4;

  /** Equal tensors give equal files. */
  private static final LocalDateTime ANY_TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

  private final Counter counter;
  private final ZipOutputStream zip;

  private TorchWriter(OutputStream output) {
    this.counter = new Counter(output);
    this.zip = new ZipOutputStream(counter);
  }

  /**
   * Writes tensors that are supplied one by one.
   *
   * @throws org.simcse.api.error.SimCseException if the file cannot be written; it is unchanged
   *     then
   */
  static void write(Path file, Collection<NamedTensor> tensors) {
    AtomicFile.write(
        file,
        output -> {
          TorchWriter writer = new TorchWriter(output);
          byte[] pickle = pickle(tensors);
          writer.entry("data.pkl", pickle.length, out -> out.write(pickle));
          writer.text("byteorder", "little");
          int key = 0;
          for (NamedTensor tensor : tensors) {
            writer.entry("data/" + key++, tensor.bytes(), tensor.content());
          }
          writer.text("version", "3\n");
          writer.zip.finish();
        });
  }

  private void text(String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    entry(name, bytes.length, out -> out.write(bytes));
  }

  private void entry(String name, long size, NamedTensor.Content content) throws IOException {
    CRC32 sum = new CRC32();
    content.writeTo(new CheckedOutputStream(OutputStream.nullOutputStream(), sum));
    ZipEntry entry = new ZipEntry(FOLDER + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(size);
    entry.setCrc(sum.getValue());
    entry.setTimeLocal(ANY_TIME);
    entry.setExtra(padding(counter.count + HEADER + entry.getName().length()));
    zip.putNextEntry(entry);
    content.writeTo(zip);
    zip.closeEntry();
  }

  /** Returns an extra field after which the content is aligned, with the id that PyTorch uses. */
  private static byte[] padding(long start) {
    int fill = (int) Math.floorMod(-(start + EXTRA_HEADER), (long) ALIGNMENT);
    byte[] extra = new byte[EXTRA_HEADER + fill];
    Arrays.fill(extra, (byte) 'Z');
    extra[0] = 'F';
    extra[1] = 'B';
    extra[2] = (byte) fill;
    extra[3] = 0;
    return extra;
  }

  /** Returns the pickle of an ordered dictionary of contiguous tensors, in protocol 2. */
  private static byte[] pickle(Collection<NamedTensor> tensors) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) 0x80, 2}); // PROTO
    global(out, "collections", "OrderedDict");
    out.writeBytes(")R("); // EMPTY_TUPLE, REDUCE, MARK
    int key = 0;
    for (NamedTensor tensor : tensors) {
      text(out, tensor.name());
      tensor(out, tensor, key++);
    }
    out.writeBytes("u."); // SETITEMS, STOP
    return bytes.toByteArray();
  }

  private static void tensor(DataOutputStream out, NamedTensor tensor, int key) throws IOException {
    global(out, "torch._utils", "_rebuild_tensor_v2");
    out.writeBytes("(("); // MARK
    text(out, "storage");
    global(out, "torch", TensorUnpickler.storage(tensor.type()));
    text(out, String.valueOf(key));
    text(out, "cpu");
    number(out, DataType.count(tensor.shape()));
    out.writeBytes("tQ"); // TUPLE, BINPERSID
    number(out, 0); // the offset in the storage
    numbers(out, tensor.shape());
    numbers(out, strides(tensor.shape()));
    out.write(0x89); // NEWFALSE: requires no gradient
    global(out, "collections", "OrderedDict"); // of hooks
    out.writeBytes(")RtR");
  }

  private static long[] strides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return strides;
  }

  private static void global(DataOutputStream out, String module, String name) throws IOException {
    out.writeBytes("c" + module + "\n" + name + "\n");
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    out.writeInt(Integer.reverseBytes(utf8.length));
    out.write(utf8);
  }

  private static void numbers(DataOutputStream out, long[] numbers) throws IOException {
    out.write('(');
    for (long number : numbers) {
      number(out, number);
    }
    out.write('t');
  }

  /** Writes a number as LONG1, whose length of 8 bytes has room for every long. */
  private static void number(DataOutputStream out, long number) throws IOException {
    out.write(new byte[] {(byte) 0x8a, Long.BYTES});
    out.writeLong(Long.reverseBytes(number));
  }

  /** Counts what is written. */
  private static final class Counter extends FilterOutputStream {
    private long count;

    Counter(OutputStream output) {
      super(output);
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      count += length;
    }
  }
}
