package org.simcse.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.engine.NativeFiles;
import org.simcse.api.error.BackendException;
import org.simcse.api.spi.ContextLoader;

/** Loads libtorch, once per process, and selects its device. */
final class LibTorch {
  private static final String ENGINE = "PyTorch";

  private LibTorch() {}

  /**
   * Starts the engine with the requested device and threads; the caller closes the manager.
   *
   * @throws BackendException if libtorch is missing or the device is not usable
   */
  static NDManager start(BackendConfig config) {
    // Before the first class of DJL that reads them: no telemetry, no download of natives.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    NativeFiles.place("DJL_CACHE_DIR", "djl");
    NativeFiles.place("jna.tmpdir", "jna");
    // Programs are sequences of operations: a second inter-op thread would have no work.
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    // One pass of the graph executor's optimizer costs more than it saves: ScriptModule turns it
    // off.
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    Engine engine = engine();
    // TF32 stays off: that is libtorch's default for matrix products, and DJL does not change it.
    Device device = device(config.device(), engine.getGpuCount());
    NativeThread.setAll(config.threads());
    return engine.newBaseManager(device);
  }

  private static Engine engine() {
    try {
      return ContextLoader.of(LibTorch.class, () -> Engine.getEngine(ENGINE));
    } catch (RuntimeException | LinkageError e) {
      throw new BackendException(
          "libtorch could not be loaded (%s). Add its natives for this platform to the class path: ai.djl.pytorch:pytorch-jni:%s and ai.djl.pytorch:%s:%s with a classifier such as linux-x86_64."
              .formatted(
                  rootMessage(e),
                  Versions.get("jni"),
                  Versions.get("natives"),
                  Versions.get("libtorch")),
          e);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }

  private static Device device(DeviceKind wanted, int gpus) {
    if (wanted == DeviceKind.GPU && gpus == 0) {
      throw new BackendException(
          "The backend 'pytorch' finds no usable GPU. Use the setting device=cpu, or libtorch's build for CUDA (pytorch-native-cu124; -Pgpu builds simcse with it) on a machine with an NVIDIA GPU and its driver.");
    }
    return wanted == DeviceKind.CPU || gpus == 0 ? Device.cpu() : Device.gpu(0);
  }
}
