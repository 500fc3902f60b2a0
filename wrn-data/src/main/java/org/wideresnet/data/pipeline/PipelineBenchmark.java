package org.wideresnet.data.pipeline;

import com.google.common.math.Quantiles;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.wideresnet.data.augment.Augmentation;
import org.wideresnet.data.files.RecordLayout;

/**
 * How many images a second the training pipeline delivers to a model that takes no time at all.
 *
 * @param batchSize images of a batch
 * @param augmentation the augmentation to measure
 * @param epochs how many epochs are timed; the median counts
 */
public record PipelineBenchmark(
    int batchSize, Augmentation augmentation, int epochs, Function<Graph, Session> sessions) {

  /**
   * What was measured.
   *
   * @param imagesPerSecond shuffled and augmented images a second, median of the epochs
   * @param imagesPerSecondPlain shuffled images a second without augmentation, likewise
   */
  public record Result(double imagesPerSecond, double imagesPerSecondPlain) {}

  /** Refuses fewer than one epoch with an IllegalArgumentException. */
  public PipelineBenchmark {
    if (epochs < 1) {
      throw new IllegalArgumentException(
          "The number of epochs is " + epochs + "; a benchmark needs 1 or more.");
    }
  }

  /**
   * Times epochs with and without augmentation, by turns, after one of each that does not count.
   *
   * @param files CIFAR binary files
   * @param layout the layout of their records
   * @throws IllegalArgumentException as {@link ImageStore#of} and {@link CifarPipeline#training}
   */
  public Result run(List<Path> files, RecordLayout layout) {
    return run(files, layout, System::nanoTime);
  }

  /** Does the same by a clock that counts nanoseconds. */
  Result run(List<Path> files, RecordLayout layout, LongSupplier clock) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ImageStore store = ImageStore.of(tf, files, layout);
      CifarPipeline augmented =
          CifarPipeline.training(tf, store, store.size(), batchSize, augmentation, 0);
      CifarPipeline plain =
          CifarPipeline.training(tf, store, store.size(), batchSize, Augmentation.NONE, 0);
      try (Session session = sessions.apply(graph)) {
        store.load(session);
        double[] augmentedRates = new double[epochs];
        double[] plainRates = new double[epochs];
        rate(augmented, session, 0, clock);
        rate(plain, session, 0, clock);
        for (int epoch = 0; epoch < epochs; epoch++) {
          augmentedRates[epoch] = rate(augmented, session, epoch, clock);
          plainRates[epoch] = rate(plain, session, epoch, clock);
        }
        return new Result(
            Quantiles.median().compute(augmentedRates), Quantiles.median().compute(plainRates));
      }
    }
  }

  /** Images a second over one epoch, its start included. */
  private double rate(CifarPipeline pipeline, Session session, long epoch, LongSupplier clock) {
    long start = clock.getAsLong();
    pipeline.startEpoch(session, epoch);
    for (int step = 0; step < pipeline.steps(); step++) {
      session.runner().addTarget(pipeline.images()).run().close();
    }
    double seconds = (clock.getAsLong() - start) / 1e9;
    return (long) pipeline.steps() * batchSize / seconds;
  }
}
