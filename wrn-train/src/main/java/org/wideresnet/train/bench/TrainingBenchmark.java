package org.wideresnet.train.bench;

import com.google.common.math.Quantiles;
import java.util.Random;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.data.pipeline.Shard;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.variables.Variables;
import org.wideresnet.train.device.Kernels;
import org.wideresnet.train.device.ProcessMemory;
import org.wideresnet.train.device.SessionConfig;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.OptimizerSettings;
import org.wideresnet.train.settings.Require;
import org.wideresnet.train.step.BatchGradients;
import org.wideresnet.train.step.BatchSplit;
import org.wideresnet.train.step.TrainingStep;

/** Measures the training step alone: the same random batch again and again, no input pipeline. */
public final class TrainingBenchmark implements AutoCloseable {

  /** A step costs three forward passes: one forward, two for the gradients; two flops each. */
  static final double FLOPS_PER_MULTIPLY_ADD = 6;

  private static final double LEARNING_RATE = 1e-3;

  /**
   * What was measured.
   *
   * @param model the name of the network
   * @param batchSize images of a step
   * @param stepSecondsMedian the median time of a step, in seconds
   * @param imagesPerSecond images of a batch by that time
   * @param gflops billions of multiplications and additions of convolutions and the dense layer, by
   *     that time
   * @param peakRssBytes the most memory that this process has held, in bytes; 0 where the operating
   *     system does not say
   */
  public record Measured(
      String model,
      int batchSize,
      double stepSecondsMedian,
      double imagesPerSecond,
      double gflops,
      long peakRssBytes) {

    /** Returns the figures of steps that took these times, in seconds. */
    static Measured of(
        String model, int batchSize, double[] seconds, long multiplyAdds, long peakRssBytes) {
      double median = Quantiles.median().compute(seconds);
      double rate = batchSize / median;
      return new Measured(
          model,
          batchSize,
          median,
          rate,
          rate * multiplyAdds * FLOPS_PER_MULTIPLY_ADD / 1e9,
          peakRssBytes);
    }
  }

  private final WideResNet network;
  private final int batchSize;
  private final Graph graph = new Graph();
  private final Session session;
  private final TrainingStep step;
  private long steps;

  /**
   * Builds the graph of a step on a batch of noise.
   *
   * @param optimizer how gradients change the weights
   * @param batchSize images of a step
   * @param options how a step is computed
   * @throws IllegalArgumentException if the batch cannot be split as the options say
   */
  public TrainingBenchmark(
      WideResNetConfig config,
      OptimizerSettings optimizer,
      int batchSize,
      ComputeSettings options) {
    Require.atLeastOne("--batch-size", batchSize);
    options.requireParts(batchSize);
    this.batchSize = batchSize;
    network = WideResNet.of(config);
    int round = batchSize / options.accumulate();
    TrainingStep.Settings settings =
        new TrainingStep.Settings(optimizer, 0, Kernels.numerics(options), options.seed());
    Ops tf = Ops.create(graph);
    Variables variables = new Variables(tf, network.weights(), options.seed());
    step =
        new TrainingStep(
            tf,
            BatchGradients.training(network, Normalization.PAPER_CIFAR10, settings),
            variables,
            tf.constant(noise(round)),
            tf.zeros(tf.array(round), TInt32.class),
            settings,
            BatchSplit.of(options, Shard.WHOLE));
    session = SessionConfig.open(graph, options);
    variables.initialize(session);
    step.state().forEach(ofStep -> ofStep.initialize(session));
  }

  /** Runs steps that are not counted. */
  public void warmUp(int count) {
    for (int i = 0; i < count; i++) {
      step.run(session, steps++, LEARNING_RATE);
    }
  }

  /**
   * Measures steps.
   *
   * @throws IllegalArgumentException if there is not at least one
   */
  public Measured measure(int count) {
    Require.atLeastOne("--steps", count);
    double[] seconds = new double[count];
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      step.run(session, steps++, LEARNING_RATE);
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    return Measured.of(
        network.config().name(),
        batchSize,
        seconds,
        network.multiplyAdds(),
        ProcessMemory.peakBytes());
  }

  /** Runs one step under TensorFlow's own watch and says where its time went. */
  public StepProfile profile() {
    return StepProfile.of(step.trace(session, steps++, LEARNING_RATE));
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }

  private static ByteNdArray noise(int batchSize) {
    byte[] bytes = new byte[batchSize * RecordLayout.IMAGE_BYTES];
    new Random(1).nextBytes(bytes);
    return NdArrays.wrap(Shape.of(batchSize, 32, 32, 3), DataBuffers.of(bytes));
  }
}
