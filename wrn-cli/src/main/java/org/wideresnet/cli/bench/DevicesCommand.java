package org.wideresnet.cli.bench;

import java.util.List;
import org.tensorflow.TensorFlow;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.device.Kernels;
import org.wideresnet.train.device.MachineInfo;
import org.wideresnet.train.device.MissingGpu;
import org.wideresnet.train.settings.DeviceChoice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code wrn devices}: what TensorFlow computes on. */
@Command(
    name = "devices",
    description = "Shows the devices that TensorFlow sees and the kernels it uses.")
public final class DevicesCommand implements Runnable {
  @Mixin private Report report;

  private record Result(
      String tensorflow,
      List<Devices.Device> devices,
      String cpu,
      int cores,
      List<String> instructionSets,
      boolean onednn,
      boolean bfloat16,
      boolean cuda,
      boolean gpuBuild) {}

  @Override
  public void run() {
    Devices devices = Devices.ofThisMachine();
    MachineInfo machine = MachineInfo.detect("none");
    Kernels kernels = Kernels.of(machine, System.getenv());
    boolean cuda = devices.hasGpu();
    boolean gpuBuild = MissingGpu.isGpuBuild();
    line(
        "TensorFlow",
        "%s, built for %s".formatted(TensorFlow.version(), gpuBuild ? "CUDA" : "CPUs"));
    line("CPU", "%s, %d cores".formatted(machine.cpu(), machine.cores()));
    line("instructions", String.join(" ", machine.instructionSets()));
    line(
        "oneDNN",
        (kernels.oneDnn() ? "on" : "off; %s=1 turns it on".formatted(Kernels.ONE_DNN_VARIABLE)));
    line(
        "bfloat16",
        kernels.bfloat16()
            ? "the CPU has instructions for it"
            : "slower than float32: the CPU has no instructions for it");
    for (Devices.Device device : devices.devices()) {
      if (device.type().equals("GPU")) {
        line(device.name(), "%,d MiB for TensorFlow".formatted(device.memoryBytes() >> 20));
      }
    }
    if (cuda) {
      line("GPU", devices.gpu(DeviceChoice.AUTO));
    } else {
      line(
          "GPU",
          "none, since %s%s"
              .formatted(
                  MissingGpu.reason(),
                  gpuBuild ? "" : "; WRN_PROFILE=gpu makes ./wrn build with CUDA"));
    }
    report.result(
        new Result(
            TensorFlow.version(),
            devices.devices(),
            machine.cpu(),
            machine.cores(),
            machine.instructionSets(),
            kernels.oneDnn(),
            kernels.bfloat16(),
            cuda,
            gpuBuild));
  }

  private void line(String name, String value) {
    report.text().println("%-12s  %s".formatted(name, value));
  }
}
