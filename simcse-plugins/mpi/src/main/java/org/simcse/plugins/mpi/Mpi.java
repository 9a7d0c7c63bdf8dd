package org.simcse.plugins.mpi;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import org.simcse.api.error.BackendException;

/**
 * The functions of MPI that a gather calls, in whichever implementation is installed.
 *
 * <p>Handles, such as communicators, are addresses in Open MPI and 32-bit numbers in MPICH; a
 * {@code long} passes for both, because an argument of either kind travels in one register.
 */
final class Mpi {
  /** The level of thread support at which several threads may call MPI at once. */
  private static final int THREAD_MULTIPLE = 3;

  private final boolean openMpi;
  private final long world;
  private final long sum;
  private final long bytes;
  private final long floats;
  private final long doubles;

  private Mpi(NativeLibrary library, boolean openMpi) {
    this.openMpi = openMpi;
    world = handle(library, "ompi_mpi_comm_world", 0x44000000);
    sum = handle(library, "ompi_mpi_op_sum", 0x58000003);
    bytes = handle(library, "ompi_mpi_byte", 0x4c00010d);
    floats = handle(library, "ompi_mpi_float", 0x4c00040a);
    doubles = handle(library, "ompi_mpi_double", 0x4c00080b);
  }

  private long handle(NativeLibrary library, String symbol, int number) {
    return openMpi ? Pointer.nativeValue(library.getGlobalVariableAddress(symbol)) : number;
  }

  /** The functions by their names in C. */
  @SuppressWarnings("MethodName")
  private static final class Calls {
    private Calls() {}

    static native int MPI_Get_library_version(byte[] version, IntByReference length);

    static native int MPI_Initialized(IntByReference flag);

    static native int MPI_Init_thread(
        Pointer count, Pointer arguments, int required, IntByReference provided);

    static native int MPI_Finalize();

    static native int MPI_Comm_rank(long communicator, IntByReference rank);

    static native int MPI_Comm_size(long communicator, IntByReference size);

    static native int MPI_Comm_dup(long communicator, LongByReference copy);

    static native int MPI_Barrier(long communicator);

    static native int MPI_Allgather(
        Pointer send, int sent, long sentType, Pointer receive, int got, long gotType, long comm);

    static native int MPI_Allreduce(
        Pointer send, Pointer receive, int count, long type, long operation, long communicator);

    static native int MPI_Bcast(Pointer buffer, int count, long type, int root, long communicator);

    static native int MPI_Isend(
        Pointer buffer, int count, long type, int to, int tag, long comm, LongByReference request);

    static native int MPI_Iprobe(
        int from, int tag, long communicator, IntByReference flag, Pointer status);

    static native int MPI_Recv(
        Pointer buffer, int count, long type, int from, int tag, long communicator, Pointer status);

    static native int MPI_Abort(long communicator, int status);
  }

  /**
   * Loads MPI.
   *
   * @param name the library, such as {@code libmpi.so.40}
   * @throws BackendException if it is not installed
   */
  static Mpi load(String name) {
    // UCX would take the signal by which the JVM checks for null; it reads the variable when it is
    // loaded, and the environment of a running JVM can only be changed here.
    Function.getFunction("c", "setenv").invokeInt(new Object[] {"UCX_ERROR_SIGNALS", "", 1});
    try {
      NativeLibrary library = NativeLibrary.getInstance(name);
      Native.register(Calls.class, library);
      byte[] version = new byte[8192]; // MPI_MAX_LIBRARY_VERSION_STRING is smaller everywhere
      Calls.MPI_Get_library_version(version, new IntByReference());
      return new Mpi(library, Native.toString(version).contains("Open MPI"));
    } catch (UnsatisfiedLinkError e) {
      throw new BackendException(
          "The gather mpi needs MPI, and %s cannot be loaded (%s): install it (apt-get install openmpi-bin, dnf install openmpi), or name another library by mpi:library=libmpich.so.12."
              .formatted(name, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  /** Starts MPI, once per process. */
  void start() {
    IntByReference flag = new IntByReference();
    check("MPI_Initialized", Calls.MPI_Initialized(flag));
    if (flag.getValue() != 0) {
      throw new BackendException(
          "MPI joins the ranks of one run per process, and this process has had its run.");
    }
    check(
        "MPI_Init_thread",
        Calls.MPI_Init_thread(Pointer.NULL, Pointer.NULL, THREAD_MULTIPLE, flag));
    if (flag.getValue() < THREAD_MULTIPLE) {
      throw new BackendException(
          "This MPI gives one thread at a time (level %d), but the watch over silent ranks needs another: install one that is built with support of threads."
              .formatted(flag.getValue()));
    }
  }

  void finish() {
    check("MPI_Finalize", Calls.MPI_Finalize());
  }

  int rank() {
    IntByReference rank = new IntByReference();
    check("MPI_Comm_rank", Calls.MPI_Comm_rank(world, rank));
    return rank.getValue();
  }

  int size() {
    IntByReference size = new IntByReference();
    check("MPI_Comm_size", Calls.MPI_Comm_size(world, size));
    return size.getValue();
  }

  /** Returns a communicator whose messages do not meet those of collective operations. */
  long separate() {
    LongByReference copy = new LongByReference();
    check("MPI_Comm_dup", Calls.MPI_Comm_dup(world, copy));
    return copy.getValue();
  }

  void barrier() {
    check("MPI_Barrier", Calls.MPI_Barrier(world));
  }

  /** Gathers numbers; {@code received} has room for those of all ranks. */
  void allGather(Pointer sent, Pointer received, int count, boolean doublePrecision) {
    long type = type(doublePrecision);
    check("MPI_Allgather", Calls.MPI_Allgather(sent, count, type, received, count, type, world));
  }

  /** Gathers bytes. */
  void allGatherBytes(Pointer sent, Pointer received, int count) {
    check("MPI_Allgather", Calls.MPI_Allgather(sent, count, bytes, received, count, bytes, world));
  }

  /** Replaces numbers by their sums over all ranks. */
  void allReduce(Pointer numbers, int count, boolean doublePrecision) {
    Pointer inPlace = Pointer.createConstant(openMpi ? 1L : -1L);
    check(
        "MPI_Allreduce",
        Calls.MPI_Allreduce(inPlace, numbers, count, type(doublePrecision), sum, world));
  }

  void broadcast(Pointer numbers, int count, boolean doublePrecision, int root) {
    check("MPI_Bcast", Calls.MPI_Bcast(numbers, count, type(doublePrecision), root, world));
  }

  private long type(boolean doublePrecision) {
    return doublePrecision ? doubles : floats;
  }

  /** Sends a number without waiting; {@code message} must stay as it is from then on. */
  void send(Memory message, int to, int tag, long communicator) {
    check(
        "MPI_Isend",
        Calls.MPI_Isend(message, 8, bytes, to, tag, communicator, new LongByReference()));
  }

  /** Returns whether a message from a rank has arrived. */
  boolean arrived(int from, int tag, long communicator) {
    IntByReference flag = new IntByReference();
    check("MPI_Iprobe", Calls.MPI_Iprobe(from, tag, communicator, flag, ignored()));
    return flag.getValue() != 0;
  }

  /** Receives a number. */
  long receive(int from, int tag, long communicator) {
    try (Memory message = new Memory(8)) {
      check("MPI_Recv", Calls.MPI_Recv(message, 8, bytes, from, tag, communicator, ignored()));
      return message.getLong(0);
    }
  }

  private Pointer ignored() {
    return Pointer.createConstant(openMpi ? 0 : 1); // MPI_STATUS_IGNORE
  }

  /** Ends all ranks, this one included. */
  void abort(int status) {
    Calls.MPI_Abort(world, status);
  }

  private static void check(String function, int code) {
    if (code != 0) { // by default MPI ends the job itself instead of returning an error
      throw new BackendException("%s failed with code %d.".formatted(function, code));
    }
  }
}
