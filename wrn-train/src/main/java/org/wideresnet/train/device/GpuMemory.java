package org.wideresnet.train.device;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;
import org.tensorflow.proto.GPUOptions;

/**
 * How much of a GPU's memory TensorFlow takes, as {@code --gpu-memory} says it: {@code grow} (as
 * much as it needs, when it needs it), {@code all} (nearly all at once), or the most that it may
 * take of each GPU, in MiB.
 *
 * @param text the text of the option
 */
public record GpuMemory(@JsonValue String text) {

  private static final Pattern FORMS = Pattern.compile("grow|all|[1-9]\\d{0,6}");

  /** As much as is needed, when it is needed. */
  public static final GpuMemory GROW = new GpuMemory("grow");

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException if it is not one of the forms above
   */
  @JsonCreator
  public GpuMemory {
    if (!FORMS.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "--gpu-memory is '%s'; it must be grow, all, or a number of MiB such as 8000."
              .formatted(text));
    }
  }

  /**
   * Sets the options of a session.
   *
   * @param gpus the number of GPUs that were chosen by name; 0 if none was
   */
  public void applyTo(GPUOptions.Builder options, int gpus) {
    options.setAllowGrowth(!text.equals("all"));
    if (Character.isDigit(text.charAt(0))) {
      // TensorFlow wants a limit for each of the GPUs; without names it uses the first.
      for (int gpu = 0; gpu < Math.max(1, gpus); gpu++) {
        options
            .getExperimentalBuilder()
            .addVirtualDevicesBuilder()
            .addMemoryLimitMb(Float.parseFloat(text));
      }
    }
  }
}
