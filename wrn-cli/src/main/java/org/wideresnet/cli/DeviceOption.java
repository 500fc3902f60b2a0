package org.wideresnet.cli;

import org.wideresnet.train.DeviceChoice;
import org.wideresnet.train.Devices;
import picocli.CommandLine.Option;

/** The option that says what to compute on. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "auto|cpu|gpu[:N]",
      description = "What to compute on (default: a GPU where TensorFlow sees one).")
  private String device;

  /**
   * Returns the device, which TensorFlow has been asked for.
   *
   * @param fallback the one where none was given
   */
  DeviceChoice choice(DeviceChoice fallback) {
    DeviceChoice choice = device == null ? fallback : new DeviceChoice(device);
    choice.require(Devices.ofThisMachine());
    return choice;
  }
}
