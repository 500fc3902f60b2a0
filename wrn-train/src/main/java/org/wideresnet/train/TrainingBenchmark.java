package org.wideresnet.train;

import java.util.Arrays;
import java.util.Random;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.wideresnet.data.RecordLayout;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variables;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;

/** Measures the training step alone: the same random batch again and again, no input pipeline. */
public final class TrainingBenchmark {

  /**
   * What was measured.
   *
   * @param model the name of the network
   * @param batchSize images of a step
   * @param stepSecondsMedian the median time of a step, in seconds
   * @param imagesPerSecond images of a batch by that time
   * @param peakRssBytes the most memory that this process has held, in bytes; 0 where the operating
   *     system does not say
   */
  public record Measured(
      String model,
      int batchSize,
      double stepSecondsMedian,
      double imagesPerSecond,
      long peakRssBytes) {}

  private TrainingBenchmark() {}

  /**
   * Trains a network on a batch of noise.
   *
   * @param settings how a step trains
   * @param batchSize images of a step
   * @param warmUp steps that are not counted, at least 1
   * @param steps steps that are counted, at least 1
   */
  public static Measured run(
      WideResNetConfig config,
      TrainingStep.Settings settings,
      int batchSize,
      int warmUp,
      int steps,
      DeviceChoice device) {
    if (batchSize < 1 || warmUp < 1 || steps < 1) {
      throw new IllegalArgumentException("Batch size and numbers of steps must be 1 or more.");
    }
    WideResNet network = WideResNet.of(config);
    try (Graph graph = new Graph();
        Session session = new Session(graph, device.sessionConfig(false))) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf, network.weights(), 1);
      TrainingStep step =
          new TrainingStep(
              tf,
              network,
              Normalization.PAPER_CIFAR10,
              variables,
              tf.constant(noise(batchSize)),
              tf.zeros(tf.array(batchSize), TInt32.class),
              settings);
      variables.initialize(session);
      step.optimizerSlots().initialize(session);
      double[] seconds = new double[steps];
      for (int i = -warmUp; i < steps; i++) {
        long start = System.nanoTime();
        step.run(session, i + warmUp, 1e-3);
        if (i >= 0) {
          seconds[i] = (System.nanoTime() - start) / 1e9;
        }
      }
      Arrays.sort(seconds);
      double median = (seconds[steps / 2] + seconds[(steps - 1) / 2]) / 2;
      return new Measured(
          config.name(), batchSize, median, batchSize / median, ProcessMemory.peakBytes());
    }
  }

  private static ByteNdArray noise(int batchSize) {
    byte[] bytes = new byte[batchSize * RecordLayout.IMAGE_BYTES];
    new Random(1).nextBytes(bytes);
    return NdArrays.wrap(Shape.of(batchSize, 32, 32, 3), DataBuffers.of(bytes));
  }
}
