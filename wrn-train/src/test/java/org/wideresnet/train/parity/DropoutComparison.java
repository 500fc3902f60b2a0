package org.wideresnet.train.parity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.ForwardPass;
import org.wideresnet.model.Layer;
import org.wideresnet.model.Numerics;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.variables.Variables;

/** Compares dropout: nothing in inference; in training the share it drops, and how it scales. */
final class DropoutComparison {
  private static final float RATE = 0.3f;

  private DropoutComparison() {}

  static void compare(Twin twin, ParityTable table, ParityCase network, Path folder)
      throws IOException {
    WideResNetConfig config = network.config().withDropout(RATE);
    String rate = String.valueOf(RATE);
    ParityBatches batches = ParityBatches.draw(network.classes(), folder);
    Path weights = folder.resolve("dropout-" + network.weightsName());
    String inputs = batches.first().toString();
    twin.write(weights, network.command("draw", "--dropout", rate, "--inputs", inputs));
    Map<String, NumpyArray> keras =
        twin.arrays(
            network.command(
                "forward", "--dropout", rate, "--inputs", inputs, "--weights", weights.toString()));
    try (JavaNetwork java = new JavaNetwork(config)) {
      java.assign(NumpyFiles.read(weights));
      float[] logits =
          java.forward(batches.images().part(0), batches.labels().part(0)).get("logits").floats();
      double deviation = Deviation.largest(logits, keras.get("logits").floats());
      table.add(ParityCheck.DROPOUT_INFERENCE, network.toString(), deviation);
    }

    keras = twin.arrays(network.command("drop", "--dropout", rate, "--inputs", inputs));
    Effect effect = effect(WideResNet.of(config));
    float[] dropped = keras.get("dropped").floats();
    table.add(
        ParityCheck.DROPOUT_SHARE,
        network.toString(),
        Deviation.largest(new float[] {(float) effect.dropped}, dropped));
    table.add(
        ParityCheck.DROPOUT_SCALE,
        network.toString(),
        Deviation.largestRelative(new float[] {(float) effect.scale}, keras.get("scale").floats()));
  }

  /**
   * What dropout does in a step of training, over all its layers.
   *
   * @param dropped the share of the values other than 0 that it makes 0
   * @param scale the mean factor of the others
   */
  private record Effect(double dropped, double scale) {}

  private static Effect effect(WideResNet network) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf, network.weights(), 1);
      Operand<TFloat32> images =
          tf.random.statelessRandomNormal(
              tf.constant(Shape.of(8, 32, 32, 3)), tf.constant(new long[] {1, 2}), TFloat32.class);
      ForwardPass forward =
          ForwardPass.training(tf, network, variables, images, tf.constant(1L), Numerics.FP32);
      variables.initialize(session);
      Session.Runner runner = session.runner();
      for (Layer layer : network.layers()) {
        if (layer.type() == Layer.Type.DROPOUT) {
          runner.fetch(forward.output(layer.inputs().get(0).name()));
          runner.fetch(forward.output(layer.name()));
        }
      }
      try (Result result = runner.run()) {
        return effect(result);
      }
    }
  }

  private static Effect effect(Result beforeAndAfter) {
    int active = 0;
    int kept = 0;
    double scales = 0;
    for (int layer = 0; layer < beforeAndAfter.size(); layer += 2) {
      float[] before = JavaNetwork.array((TFloat32) beforeAndAfter.get(layer)).floats();
      float[] after = JavaNetwork.array((TFloat32) beforeAndAfter.get(layer + 1)).floats();
      for (int i = 0; i < before.length; i++) {
        if (before[i] != 0) {
          active++;
          if (after[i] != 0) {
            kept++;
            scales += after[i] / before[i];
          }
        }
      }
    }
    return new Effect(1 - kept / (double) active, scales / kept);
  }
}
