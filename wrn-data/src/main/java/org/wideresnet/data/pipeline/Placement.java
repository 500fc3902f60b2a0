package org.wideresnet.data.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.DeviceSpec;
import org.tensorflow.op.Ops;

/** Where the ops of the input pipeline run. */
final class Placement {

  private static final Pattern TASK = Pattern.compile("/job:(\\w+)(?:.*/task:(\\d+))?.*");

  private Placement() {}

  /**
   * Returns {@code tf} placing its ops on the CPU, in the job and task that {@code tf} places them
   * in already: images stay in host memory where there is a GPU.
   */
  static Ops cpu(Ops tf) {
    DeviceSpec.Builder device =
        DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.CPU).deviceIndex(0);
    Matcher task = TASK.matcher(tf.scope().getDeviceString());
    if (task.matches()) {
      device.job(task.group(1));
      if (task.group(2) != null) {
        device.task(Integer.valueOf(task.group(2)));
      }
    }
    return tf.withDevice(device.build());
  }
}
