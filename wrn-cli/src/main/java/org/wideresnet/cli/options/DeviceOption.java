package org.wideresnet.cli.options;

import org.wideresnet.train.device.DeviceChoice;
import picocli.CommandLine.Option;

/** The option that says what to compute on. */
public final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "auto|cpu|gpu[:N]",
      description = "What to compute on (default: a GPU where TensorFlow sees one).")
  private String device;

  /**
   * Returns the device.
   *
   * @param fallback the one where none was given
   */
  public DeviceChoice choice(DeviceChoice fallback) {
    return device == null ? fallback : new DeviceChoice(device);
  }

  /**
   * Returns the device, which TensorFlow has been asked for.
   *
   * @param fallback the one where none was given
   */
  public DeviceChoice present(DeviceChoice fallback) {
    DeviceChoice choice = choice(fallback);
    choice.require();
    return choice;
  }
}
