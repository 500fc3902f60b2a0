package org.wideresnet.train.metrics;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.LabelledImages;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.data.pipeline.CifarPipeline;
import org.wideresnet.data.pipeline.ImageStore;
import org.wideresnet.export.load.ImageModel;
import org.wideresnet.model.ForwardPass;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.variables.Variables;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;
import org.wideresnet.train.device.SessionConfig;
import org.wideresnet.train.settings.DeviceChoice;

/** Evaluates a network on images, in inference mode: each of them is classified once. */
public final class Evaluator {
  private static final int BATCH = 256;

  private final CifarPipeline pipeline;
  private final int classes;
  private final Operand<TFloat32> probabilities;

  /**
   * Adds the network in inference mode to the graph.
   *
   * @param variables the variables of the network's weights
   * @param images the images, some of which are evaluated on
   * @param first the first of them
   * @param count how many
   */
  public Evaluator(
      Ops tf,
      WideResNet network,
      Normalization normalization,
      Variables variables,
      ImageStore images,
      int first,
      int count) {
    pipeline = CifarPipeline.evaluation(tf, images, first, count, Math.min(count, BATCH));
    classes = network.config().classes();
    Operand<TFloat32> pixels = normalization.apply(tf, pipeline.images());
    ForwardPass forward = ForwardPass.inference(tf, network, variables, pixels);
    probabilities = tf.nn.softmax(forward.logits());
  }

  /**
   * Classifies every image once.
   *
   * @throws Metrics.NotANumberException if a probability is NaN
   */
  public Metrics evaluate(Session session) {
    Metrics metrics = new Metrics(classes);
    pipeline.startEpoch(session, 0);
    for (int step = 0; step < pipeline.steps(); step++) {
      try (Result result = session.runner().fetch(probabilities).fetch(pipeline.labels()).run()) {
        metrics.add(
            StdArrays.array2dCopyOf((TFloat32) result.get(0)),
            StdArrays.array1dCopyOf((TInt32) result.get(1)));
      }
    }
    return metrics;
  }

  /**
   * Evaluates the network of a checkpoint on the test images of a data set.
   *
   * @param data the data set; its training files may be missing
   * @throws IllegalArgumentException if the data set has other classes than the network, or the
   *     checkpoint is damaged
   */
  public static Metrics evaluate(Checkpoint checkpoint, CifarDataset data, DeviceChoice device) {
    ModelDescription model = checkpoint.description();
    requireSameNumber("The network", model.network().classes(), data);
    requireSameNames(model.classNames(), data);
    WideResNet network = WideResNet.of(model.network());
    try (Graph graph = new Graph();
        Session session = SessionConfig.open(graph, device)) {
      Ops tf = Ops.create(graph);
      ImageStore images = ImageStore.of(tf, data.testFiles(), data.layout());
      Variables variables = new Variables(tf, network.weights(), 0);
      Evaluator evaluator =
          new Evaluator(tf, network, model.normalization(), variables, images, 0, images.size());
      images.load(session);
      checkpoint.restore(session, variables);
      return evaluator.evaluate(session);
    }
  }

  /**
   * Evaluates any model on the test images of a data set.
   *
   * @param data the data set; its training files may be missing
   * @throws IllegalArgumentException if the data set has another number of classes than the model
   * @throws IOException if the images cannot be read
   */
  public static Metrics evaluate(ImageModel model, CifarDataset data) throws IOException {
    Metrics metrics = new Metrics(data.layout().classes());
    LabelledImages images =
        LabelledImages.firstOf(data.testFiles(), data.layout(), Integer.MAX_VALUE);
    for (int first = 0; first < images.labels().length; first += BATCH) {
      int end = Math.min(first + BATCH, images.labels().length);
      byte[] pixels =
          Arrays.copyOfRange(
              images.pixels(), first * RecordLayout.IMAGE_BYTES, end * RecordLayout.IMAGE_BYTES);
      float[][] probabilities = model.probabilities(pixels, end - first);
      requireSameNumber("The model", probabilities[0].length, data);
      metrics.add(probabilities, Arrays.copyOfRange(images.labels(), first, end));
    }
    return metrics;
  }

  private static void requireSameNumber(String what, int classes, CifarDataset data) {
    if (classes != data.layout().classes()) {
      throw new IllegalArgumentException(
          "%s has %d classes and the data set %s has %d; they must agree."
              .formatted(what, classes, data.name(), data.layout().classes()));
    }
  }

  private static void requireSameNames(List<String> classNames, CifarDataset data) {
    for (int label = 0; label < classNames.size(); label++) {
      String name = classNames.get(label);
      String other = data.classNames().get(label);
      if (!name.equals(other)) {
        throw new IllegalArgumentException(
            "Class %d of the network is '%s' and that of the data set %s is '%s'; evaluate on data with the classes that it was trained on."
                .formatted(label, name, data.name(), other));
      }
    }
  }
}
