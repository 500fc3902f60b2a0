package org.wideresnet.train.step;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.DeviceSpec;
import org.wideresnet.data.pipeline.Shard;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Require;

/**
 * How the batch of a step is split into equal parts, of which each is normalised by its own
 * statistics. What is computed of a part depends on its number alone: part {@code p} of {@code n}
 * are the images from {@code p / n} of the batch on, wherever and whenever it is computed.
 *
 * @param accumulate how many parts are computed one after the other, each of them split further
 * @param worker the process among all processes
 * @param devices the devices of the towers of this process; an empty one leaves it to TensorFlow
 */
public record BatchSplit(int accumulate, Shard worker, List<DeviceSpec> devices) {

  private static final DeviceSpec ANY_DEVICE = DeviceSpec.newBuilder().build();

  /** The batch is one part. */
  static final BatchSplit NONE = new BatchSplit(1, Shard.WHOLE, List.of(ANY_DEVICE));

  public BatchSplit {
    Require.atLeastOne("accumulate", accumulate);
    devices = List.copyOf(devices);
    Require.atLeastOne("towers", devices.size());
  }

  /** Returns the split that the options ask for; on GPUs each tower has one. */
  public static BatchSplit of(ComputeSettings options, Shard worker) {
    int gpus = options.towers() == 1 ? 0 : Devices.of(options).gpus(options.device());
    return new BatchSplit(
        options.accumulate(),
        worker,
        IntStream.range(0, options.towers())
            .mapToObj(tower -> gpus == 0 ? ANY_DEVICE : gpu(tower % gpus))
            .toList());
  }

  private static DeviceSpec gpu(int index) {
    return DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.GPU).deviceIndex(index).build();
  }

  /** Returns a split for one process that leaves the devices to TensorFlow. */
  public static BatchSplit of(int accumulate, int towers) {
    return new BatchSplit(accumulate, Shard.WHOLE, Collections.nCopies(towers, ANY_DEVICE));
  }

  /** Returns the number of parts of a batch. */
  int parts() {
    return accumulate * worker.count() * devices.size();
  }
}
