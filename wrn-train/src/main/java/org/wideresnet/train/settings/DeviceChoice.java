package org.wideresnet.train.settings;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.google.common.base.Splitter;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The device to train on, as {@code --device} names it: {@code auto} (a GPU where there is one),
 * {@code cpu}, {@code gpu} for the first GPU, or {@code gpu:0,1} for certain ones.
 *
 * @param name the text of the option
 */
public record DeviceChoice(@JsonValue String name) {

  private static final Pattern NAMES = Pattern.compile("auto|cpu|gpu(:\\d+(,\\d+)*)?");

  /** A GPU where TensorFlow sees one, else the CPU. */
  public static final DeviceChoice AUTO = new DeviceChoice("auto");

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it is not one of the forms above
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public DeviceChoice {
    if (!NAMES.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "--device is '" + name + "'; it must be auto, cpu, gpu, or gpu:0,1 for certain GPUs.");
    }
  }

  /** Returns the numbers of the GPUs that are asked for by name. */
  public List<String> gpus() {
    if (!name.startsWith("gpu")) {
      return List.of();
    }
    return name.equals("gpu") ? List.of("0") : Splitter.on(',').splitToList(name.substring(4));
  }
}
