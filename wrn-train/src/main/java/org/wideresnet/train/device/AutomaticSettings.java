package org.wideresnet.train.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.tree.SettingsTree;

/** Settings whose value {@code auto} depends on the machine: the precision and the towers. */
public final class AutomaticSettings {
  private static final String AUTO = "auto";

  private AutomaticSettings() {}

  /**
   * Puts what this machine says in the place of {@code auto}, and asks TensorFlow for the device.
   *
   * @param options the section {@code options}, which changes
   * @return the settings
   * @throws IllegalArgumentException if a GPU is asked for that is not there, or a value is wrong
   */
  public static ComputeSettings resolve(ObjectNode options) {
    return resolve(options, Devices::of);
  }

  /**
   * As {@link #resolve(ObjectNode)}, but asks somebody else for the devices.
   *
   * @param options the section {@code options}, which changes
   * @param source returns the devices that there are with certain settings
   * @return the settings
   * @throws IllegalArgumentException if a GPU is asked for that is not there, or a value is wrong
   */
  public static ComputeSettings resolve(
      ObjectNode options, Function<ComputeSettings, Devices> source) {
    JsonNode precision = options.remove("precision");
    JsonNode towers = options.remove("towers");
    ComputeSettings device = SettingsTree.map(options, ComputeSettings.class);
    Devices devices = source.apply(device);
    if (precision != null) {
      boolean auto = precision.asText().equals(AUTO);
      SettingsTree.set(options, "precision", auto ? Kernels.fastest(devices) : precision);
    }
    if (towers != null) {
      boolean auto = towers.asText().equals(AUTO);
      SettingsTree.set(
          options, "towers", auto ? devices.towers(device.device()) : count(towers.asText()));
    }
    return SettingsTree.map(options, ComputeSettings.class);
  }

  private static int count(String towers) {
    try {
      return Integer.parseInt(towers);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--towers is '%s'; it must be a number or auto.".formatted(towers), e);
    }
  }
}
