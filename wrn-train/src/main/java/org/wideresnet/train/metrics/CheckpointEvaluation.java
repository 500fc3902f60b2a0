package org.wideresnet.train.metrics;

import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.pipeline.CifarPipeline;
import org.wideresnet.data.pipeline.ImageStore;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.variables.Variables;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;
import org.wideresnet.train.device.SessionConfig;
import org.wideresnet.train.settings.DeviceChoice;

/** Evaluates the network of a checkpoint. */
public final class CheckpointEvaluation {
  private static final int BATCH = 256;

  private CheckpointEvaluation() {}

  /**
   * Classifies every test image of a data set once.
   *
   * @param data the data set; its training files may be missing
   * @throws IllegalArgumentException if the data set has another number of classes than the
   *     network, or the checkpoint is damaged
   */
  public static Metrics run(Checkpoint checkpoint, CifarDataset data, DeviceChoice device) {
    ModelDescription model = checkpoint.description();
    if (model.network().classes() != data.layout().classes()) {
      throw new IllegalArgumentException(
          "The network has %d classes and the data set %s has %d; they must agree."
              .formatted(model.network().classes(), data.name(), data.layout().classes()));
    }
    WideResNet network = WideResNet.of(model.network());
    try (Graph graph = new Graph();
        Session session = new Session(graph, SessionConfig.of(device))) {
      Ops tf = Ops.create(graph);
      ImageStore images = ImageStore.of(tf, data.testFiles(), data.layout());
      Variables variables = new Variables(tf, network.weights(), 0);
      CifarPipeline batches =
          CifarPipeline.evaluation(tf, images, 0, images.size(), Math.min(BATCH, images.size()));
      Evaluator evaluator = new Evaluator(tf, network, model.normalization(), variables, batches);
      images.load(session);
      checkpoint.restore(session, variables);
      return evaluator.evaluate(session);
    }
  }
}
