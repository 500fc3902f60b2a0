package org.wideresnet.train.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.function.Function;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Tf32;
import org.wideresnet.train.settings.tree.SettingsTree;

/**
 * Settings that depend on the machine: {@code auto} for the precision and the towers, and TF32,
 * which the environment decides.
 */
public final class AutomaticSettings {
  private static final String AUTO = "auto";

  private AutomaticSettings() {}

  /**
   * Puts what this machine says in the place of {@code auto}, and asks TensorFlow for the device.
   * TF32 is what the environment of this process says, where nothing else was said.
   *
   * @param options the section {@code options}, which changes
   * @return the settings
   * @throws IllegalArgumentException if a GPU is asked for that is not there, a value is wrong, or
   *     a GPU would be used in another format than was asked for
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
    Tf32 tf32 = Tf32.of(System.getenv());
    if (!options.hasNonNull("tf32")) {
      SettingsTree.set(options, "tf32", tf32);
    }
    ComputeSettings device = SettingsTree.map(options, ComputeSettings.class);
    Devices devices = source.apply(device);
    if (devices.hasGpu()) {
      requireTf32(device.tf32(), tf32);
    }
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

  /**
   * Checks that TF32 is what was asked for: a setting comes too late for NVIDIA's libraries.
   *
   * @param asked what the settings say
   * @param environment what this process does
   * @throws IllegalArgumentException if they differ
   */
  static void requireTf32(Tf32 asked, Tf32 environment) {
    if (asked != environment) {
      String word = asked.name().toLowerCase(Locale.ROOT);
      throw new IllegalArgumentException(
          "The settings say --tf32 %s, but NVIDIA's libraries read that from %s when they are loaded: give --tf32 %s on the command line of ./wrn, or %s."
              .formatted(
                  word,
                  Tf32.VARIABLE,
                  word,
                  asked == Tf32.OFF ? "set the variable to 0" : "unset the variable"));
    }
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
