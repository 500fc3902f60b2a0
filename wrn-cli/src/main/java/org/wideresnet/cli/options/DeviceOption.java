package org.wideresnet.cli.options;

import org.wideresnet.train.device.Devices;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;
import picocli.CommandLine.Option;

/** The option that says what to compute on. */
public final class DeviceOption {
  @Sets("options.device")
  @Option(
      names = "--device",
      paramLabel = "auto|cpu|gpu[:N]",
      description = "What to compute on (default: a GPU where TensorFlow sees one).")
  private String device;

  /**
   * Returns the device, which TensorFlow has been asked for.
   *
   * @throws IllegalArgumentException if TensorFlow does not see it here
   */
  public DeviceChoice present() {
    DeviceChoice choice = device == null ? DeviceChoice.AUTO : new DeviceChoice(device);
    Devices.of(ComputeSettings.DEFAULTS.with("device", choice));
    return choice;
  }
}
