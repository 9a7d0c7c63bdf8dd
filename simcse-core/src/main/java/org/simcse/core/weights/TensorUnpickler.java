package org.simcse.core.weights;

import static java.util.Map.entry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.weights.TorchTensor.Storage;

/**
 * Reads pickles that hold tensors and rejects all others.
 *
 * <p>A pickle is a program. This machine supports only the operations that build tensors, names and
 * numbers, and only the Python names below, so running it can do nothing else. In particular, the
 * library's own list of harmless Python classes is out of reach, as is its reflection.
 */
final class TensorUnpickler extends Unpickler {
  private static final Map<String, IObjectConstructor> NAMES =
      Map.ofEntries(
          entry("collections.OrderedDict", TensorUnpickler::dictionary),
          entry("torch.Size", args -> args[0]),
          entry("torch._utils._rebuild_parameter", args -> args[0]),
          entry("torch._utils._rebuild_tensor", TensorUnpickler::tensor),
          entry("torch._utils._rebuild_tensor_v2", TensorUnpickler::tensor),
          entry("torch.DoubleStorage", new StorageType(DataType.F64)),
          entry("torch.FloatStorage", new StorageType(DataType.F32)),
          entry("torch.HalfStorage", new StorageType(DataType.F16)),
          entry("torch.BFloat16Storage", new StorageType(DataType.BF16)),
          entry("torch.LongStorage", new StorageType(DataType.I64)),
          entry("torch.IntStorage", new StorageType(DataType.I32)),
          entry("torch.ShortStorage", new StorageType(DataType.I16)),
          entry("torch.CharStorage", new StorageType(DataType.I8)),
          entry("torch.ByteStorage", new StorageType(DataType.U8)),
          entry("torch.BoolStorage", new StorageType(DataType.BOOL)));

  /** Operations that the library executes unchanged; their allocations are bounded. */
  private static final Set<Short> PLAIN =
      Set.of(
          Opcodes.PROTO,
          Opcodes.FRAME,
          Opcodes.MARK,
          Opcodes.STOP,
          Opcodes.POP,
          Opcodes.POP_MARK,
          Opcodes.NONE,
          Opcodes.NEWTRUE,
          Opcodes.NEWFALSE,
          Opcodes.BININT,
          Opcodes.BININT1,
          Opcodes.BININT2,
          Opcodes.LONG1,
          Opcodes.BINFLOAT,
          Opcodes.SHORT_BINUNICODE,
          Opcodes.SHORT_BINSTRING,
          Opcodes.EMPTY_TUPLE,
          Opcodes.TUPLE,
          Opcodes.TUPLE1,
          Opcodes.TUPLE2,
          Opcodes.TUPLE3,
          Opcodes.EMPTY_LIST,
          Opcodes.APPEND,
          Opcodes.APPENDS,
          Opcodes.EMPTY_DICT,
          Opcodes.BINGET,
          Opcodes.LONG_BINGET,
          Opcodes.BINPUT,
          Opcodes.LONG_BINPUT,
          Opcodes.MEMOIZE,
          Opcodes.REDUCE,
          Opcodes.BINPERSID);

  private final String source;
  private final Map<String, Storage> storages = new HashMap<>();

  /**
   * Creates a machine with an empty memo.
   *
   * @param source the file's name for messages
   */
  TensorUnpickler(String source) {
    this.source = source;
  }

  /** Returns the class of {@code torch} whose storages hold numbers of a type. */
  static String storage(DataType type) {
    return NAMES.entrySet().stream()
        .filter(named -> named.getValue().equals(new StorageType(type)))
        .map(named -> named.getKey().substring("torch.".length()))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the storages that the pickles read so far refer to. */
  Map<String, Storage> storages() {
    return Map.copyOf(storages);
  }

  /**
   * Reads one pickle and leaves the stream positioned after it.
   *
   * @throws CheckpointException if it is damaged or holds anything but tensors
   */
  Object load(ByteArrayInputStream pickle) {
    try {
      Object value = super.load(pickle);
      return value == null ? Map.of() : value;
    } catch (CheckpointException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          "%s is damaged: it holds %s.".formatted(source, e.getMessage()), e);
    } catch (IOException | RuntimeException e) {
      // The stack machine trusts its program: a damaged one fails with an index, cast or null
      // error.
      throw new CheckpointException(
          "%s is truncated or no file of PyTorch: its pickle cannot be read (%s)."
              .formatted(source, e),
          e);
    }
  }

  @Override
  protected Object dispatch(short operation) throws IOException {
    switch (operation) {
      case Opcodes.GLOBAL -> stack.add(global());
      case Opcodes.STACK_GLOBAL -> {
        String name = (String) stack.pop();
        stack.add(resolve((String) stack.pop(), name));
      }
      case Opcodes.INST -> {
        global();
        throw refused("the pickle operation INST");
      }
      // The state of an OrderedDict: PyTorch stores version numbers there.
      case Opcodes.BUILD -> stack.pop();
      case Opcodes.SETITEM -> {
        Object value = stack.pop();
        Object key = stack.pop();
        put(stack.peek(), key, value);
      }
      case Opcodes.SETITEMS -> put(stack.pop_all_since_marker());
      case Opcodes.BINUNICODE, Opcodes.BINSTRING -> {
        checkLength();
        return super.dispatch(operation);
      }
      default -> {
        return plain(operation);
      }
    }
    return NO_RETURN_VALUE;
  }

  private Object plain(short operation) throws IOException {
    if (!PLAIN.contains(operation)) {
      throw refused("the pickle operation 0x%02x".formatted(operation));
    }
    return super.dispatch(operation);
  }

  private IObjectConstructor global() throws IOException {
    return resolve(PickleUtils.readline(input), PickleUtils.readline(input));
  }

  private IObjectConstructor resolve(String module, String name) {
    IObjectConstructor constructor = NAMES.get(module + "." + name);
    if (constructor == null) {
      throw refused("the Python name %s.%s".formatted(module, name));
    }
    return constructor;
  }

  private CheckpointException refused(String what) {
    return new CheckpointException(
        "%s uses %s, which no file of plain tensors needs; it was refused and nothing was run."
            .formatted(source, what));
  }

  private void put(List<Object> items) {
    for (int i = 0; i < items.size(); i += 2) {
      put(stack.peek(), items.get(i), items.get(i + 1));
    }
  }

  /**
   * Puts an entry; only names and numbers may be keys, as hashing nested lists can take forever.
   */
  private static void put(Object dictionary, Object key, Object value) {
    if (!(key instanceof String) && !(key instanceof Number)) {
      throw new IllegalArgumentException("a dictionary key that is neither text nor number");
    }
    @SuppressWarnings("unchecked")
    Map<Object, Object> target = (Map<Object, Object>) dictionary;
    target.put(key, value);
  }

  /** Checks the length of a text, whose memory the library allocates before it reads it. */
  private void checkLength() throws IOException {
    input.mark(Integer.BYTES);
    int length = PickleUtils.bytes_to_integer(PickleUtils.readbytes(input, Integer.BYTES));
    if (length < 0 || length > input.available()) {
      throw new IOException("a text of %d bytes is longer than the rest".formatted(length));
    }
    input.reset();
  }

  @Override
  protected Object persistentLoad(Object id) {
    Object[] parts = (Object[]) id;
    if (parts.length < 5 || !"storage".equals(parts[0])) {
      throw refused("a reference to something that is no storage");
    }
    if (parts.length > 5 && parts[5] != null) {
      throw refused("a view of a storage");
    }
    Storage storage =
        new Storage((String) parts[2], ((StorageType) parts[1]).type(), number(parts[4]));
    Storage known = storages.putIfAbsent(storage.key(), storage);
    if (known != null && !known.equals(storage)) {
      throw refused("storage %s in two types or sizes".formatted(storage.key()));
    }
    return storage;
  }

  /** Creates a dictionary: Python 3 fills an OrderedDict later; Python 2 passes a list of pairs. */
  private static Map<Object, Object> dictionary(Object[] args) {
    Map<Object, Object> dictionary = new HashMap<>();
    for (Object pairs : args) {
      for (Object pair : (List<?>) pairs) {
        put(dictionary, ((List<?>) pair).get(0), ((List<?>) pair).get(1));
      }
    }
    return dictionary;
  }

  private static TorchTensor tensor(Object[] args) {
    return new TorchTensor(
        (Storage) args[0],
        number(args[1]),
        numbers((Object[]) args[2]),
        numbers((Object[]) args[3]));
  }

  private static long[] numbers(Object[] values) {
    long[] numbers = new long[values.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(values[i]);
    }
    return numbers;
  }

  private static long number(Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw new IllegalArgumentException("%s where a whole number is expected".formatted(value));
  }

  /** The class of a storage; it is named in a pickle, but never called. */
  private record StorageType(DataType type) implements IObjectConstructor {
    @Override
    public Object construct(Object[] args) {
      throw new IllegalArgumentException("a storage outside the list of storages");
    }
  }
}
