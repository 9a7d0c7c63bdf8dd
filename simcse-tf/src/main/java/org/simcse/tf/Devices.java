package org.simcse.tf;

import java.util.List;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.DeviceInfo;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.error.BackendException;
import org.tensorflow.DeviceSpec;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;

/** Finds a device and configures sessions for it. */
final class Devices {
  private Devices() {}

  /**
   * Returns the device that the configuration requests.
   *
   * @throws BackendException if that is a GPU and there is none
   */
  static DeviceInfo choose(BackendConfig config) {
    boolean gpu = config.device() != DeviceKind.CPU && hasGpu(config.threads());
    if (config.device() == DeviceKind.GPU && !gpu) {
      throw new BackendException(
          ("The backend '%s' finds no usable GPU: its native library must be the one with the"
                  + " classifier linux-x86_64-gpu, beside CUDA 12, cuDNN 9.3 and NCCL. Or use"
                  + " the setting device=cpu.")
              .formatted(TensorFlowBackendProvider.NAME));
    }
    return gpu
        ? new DeviceInfo(DeviceKind.GPU, "GPU 0")
        : new DeviceInfo(
            DeviceKind.CPU, config.threads() == 1 ? "1 thread" : config.threads() + " threads");
  }

  /** Returns the session configuration for a device of this kind. */
  static ConfigProto session(DeviceKind kind, int threads) {
    return base(threads)
        .setAllowSoftPlacement(true)
        .putDeviceCount("GPU", kind == DeviceKind.GPU ? 1 : 0)
        .build();
  }

  /** Returns the configuration of a session on the CPU that runs in its callers' threads. */
  static ConfigProto inference(int threads) {
    return base(threads).setInterOpParallelismThreads(-1).putDeviceCount("GPU", 0).build();
  }

  private static ConfigProto.Builder base(int threads) {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(threads)
        .setInterOpParallelismThreads(1) // for results that repeat bit for bit
        .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true))
        .setGraphOptions(
            GraphOptions.newBuilder()
                // Without it every addition to the graph takes time proportional to the whole
                // graph.
                .setPlacePrunedGraph(true)
                // It fuses what we already build fused, and takes seconds.
                .setRewriteOptions(RewriterConfig.newBuilder().setDisableMetaOptimizer(true)));
  }

  /** Requests a GPU only: TensorFlow would else fall back silently. */
  private static boolean hasGpu(int threads) {
    ConfigProto strict = base(threads).setAllowSoftPlacement(false).build();
    DeviceSpec gpu =
        DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.GPU).deviceIndex(0).build();
    try (GraphSession probe = new GraphSession(strict)) {
      probe.run(new Feeds(), List.of(), List.of(probe.builder("NoOp", gpu).build()));
      return true;
    } catch (BackendException e) {
      return false;
    }
  }
}
