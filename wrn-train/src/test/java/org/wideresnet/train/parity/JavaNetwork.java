package org.wideresnet.train.parity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;
import org.wideresnet.model.ForwardPass;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.variables.Variables;
import org.wideresnet.train.device.SessionConfig;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.OptimizerSettings;
import org.wideresnet.train.step.BatchGradients;
import org.wideresnet.train.step.BatchSplit;
import org.wideresnet.train.step.TrainingStep;

/**
 * The network as the Java program computes it. What it computes has the names that the Keras twin
 * gives it, such as {@code conv2d.kernel}.
 */
final class JavaNetwork implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Session session =
      SessionConfig.open(graph, ComputeSettings.DEFAULTS.with("deterministic", true));
  private final Variables variables;
  private final Placeholder<TUint8> nextImages;
  private final Placeholder<TInt32> nextLabels;
  private final List<Op> setBatch;
  private final Operand<TFloat32> pixels;
  private final Operand<TFloat32> logits;
  private final Operand<TFloat32> probabilities;
  private final TrainingStep step;

  /** Adds inference alone. */
  JavaNetwork(WideResNetConfig config) {
    this(config, null);
  }

  /** Adds inference and training. */
  JavaNetwork(WideResNetConfig config, OptimizerSettings optimizer) {
    Ops tf = Ops.create(graph);
    WideResNet network = WideResNet.of(config);
    variables = new Variables(tf, network.weights(), 1);
    // A training step takes its batch from the graph, so the batch lies there in variables.
    nextImages = tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
    nextLabels = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    Operand<? extends TType> imageHandle =
        tf.varHandleOp(TUint8.class, nextImages.shape(), VarHandleOp.sharedName("images"));
    Operand<? extends TType> labelHandle =
        tf.varHandleOp(TInt32.class, nextLabels.shape(), VarHandleOp.sharedName("labels"));
    setBatch =
        List.of(
            tf.assignVariableOp(imageHandle, nextImages),
            tf.assignVariableOp(labelHandle, nextLabels));
    Operand<TUint8> images = tf.readVariableOp(imageHandle, TUint8.class);
    Operand<TInt32> labels = tf.readVariableOp(labelHandle, TInt32.class);
    pixels = Normalization.PAPER_CIFAR10.apply(tf, images);
    logits = ForwardPass.inference(tf, network, variables, pixels).logits();
    probabilities = tf.nn.softmax(logits);
    step =
        optimizer == null
            ? null
            : step(tf, network, images, labels, TrainingStep.Settings.of(optimizer, 1));
  }

  private TrainingStep step(
      Ops tf,
      WideResNet network,
      Operand<TUint8> images,
      Operand<TInt32> labels,
      TrainingStep.Settings settings) {
    return new TrainingStep(
        tf,
        BatchGradients.training(network, Normalization.PAPER_CIFAR10, settings),
        variables,
        images,
        labels,
        settings,
        BatchSplit.of(1, 1));
  }

  /** Sets the weights; the optimiser starts anew. */
  void assign(Map<String, NumpyArray> weights) {
    Map<String, TFloat32> tensors = new HashMap<>();
    try {
      for (String name : variables.names()) {
        NumpyArray weight = weights.get(kerasName(name));
        tensors.put(name, TFloat32.tensorOf(weight.shape(), DataBuffers.of(weight.floats())));
      }
      variables.assign(session, tensors);
    } finally {
      tensors.values().forEach(Tensor::close);
    }
    if (step != null) {
      step.optimizerSlots().initialize(session);
    }
  }

  /** Returns the weights as they are now. */
  Map<String, NumpyArray> weights() {
    Map<String, NumpyArray> weights = new LinkedHashMap<>();
    try (NamedTensors values = variables.read(session)) {
      values.asMap().forEach((name, value) -> weights.put(kerasName(name), array(value)));
    }
    return weights;
  }

  /** Returns {@code pixels}, {@code logits} and {@code softmax} in inference. */
  Map<String, NumpyArray> forward(NumpyArray images, NumpyArray labels) {
    setBatch(images, labels);
    return fetch(
        session.runner(), Map.of("pixels", pixels, "logits", logits, "softmax", probabilities));
  }

  /** Returns the {@code loss} in training and its gradients by the names of the weights. */
  Map<String, NumpyArray> gradients(NumpyArray images, NumpyArray labels) {
    setBatch(images, labels);
    Map<String, Operand<TFloat32>> operands = new LinkedHashMap<>();
    operands.put("loss", step.loss());
    step.gradients()
        .forEach((weight, gradient) -> operands.put(kerasName(weight.name()), gradient));
    try (TInt64 zero = TInt64.scalarOf(0)) {
      return fetch(session.runner().feed(step.step(), zero), operands);
    }
  }

  /**
   * Trains a step for each learning rate.
   *
   * @param images uint8, the batches one after the other; begins again after the last
   * @return the loss of each step, before its update
   */
  float[] train(NumpyArray images, NumpyArray labels, float... rates) {
    float[] losses = new float[rates.length];
    int batches = (int) labels.shape().get(0);
    for (int i = 0; i < rates.length; i++) {
      setBatch(images.part(i % batches), labels.part(i % batches));
      losses[i] = step.run(session, i, rates[i]).loss();
    }
    return losses;
  }

  private void setBatch(NumpyArray images, NumpyArray labels) {
    try (TUint8 imageTensor = TUint8.tensorOf(images.shape(), DataBuffers.of(images.bytes()));
        TInt32 labelTensor = TInt32.tensorOf(labels.shape(), DataBuffers.of(labels.ints()))) {
      Session.Runner runner =
          session.runner().feed(nextImages, imageTensor).feed(nextLabels, labelTensor);
      setBatch.forEach(runner::addTarget);
      runner.run().close();
    }
  }

  private static Map<String, NumpyArray> fetch(
      Session.Runner runner, Map<String, Operand<TFloat32>> operands) {
    operands.values().forEach(runner::fetch);
    Map<String, NumpyArray> arrays = new HashMap<>();
    try (NamedTensors values = new NamedTensors(new ArrayList<>(operands.keySet()), runner.run())) {
      values.asMap().forEach((name, value) -> arrays.put(name, array(value)));
    }
    return arrays;
  }

  static NumpyArray array(TFloat32 tensor) {
    float[] values = new float[(int) tensor.size()];
    tensor.copyTo(DataBuffers.of(values, false, false));
    return NumpyArray.of(tensor.shape(), values);
  }

  static String kerasName(String name) {
    return name.replace('/', '.');
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
