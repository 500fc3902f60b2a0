package org.wideresnet.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.types.TFloat32;

class ForwardPassTest {
  @Test
  void trainsOneStep() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      WideResNet network = WideResNet.of(Variant.KERAS.config(10, 1, 10).withDropout(0.3f));
      Variables variables = new Variables(tf, network.weights(), 7);
      Operand<TFloat32> images =
          tf.random.statelessRandomNormal(
              tf.constant(Shape.of(4, 32, 32, 3)), tf.constant(new long[] {1, 2}), TFloat32.class);
      ForwardPass forward = ForwardPass.training(tf, network, variables, images, tf.constant(3L));
      Operand<TFloat32> loss = tf.nn.l2Loss(forward.logits());
      Gradients gradients =
          tf.gradients(
              List.of(loss), variables.trainable().stream().map(variables::value).toList());
      try (Session session = new Session(graph)) {
        variables.initialize(session);
        Session.Runner runner = session.runner().fetch(loss);
        forward.updates().forEach(runner::addTarget);
        gradients.dy().forEach(runner::fetch);
        try (Result result = runner.run()) {
          System.out.println(((TFloat32) result.get(0)).getFloat());
          assertThat(result.size()).isEqualTo(1 + variables.trainable().size());
        }
      }
    }
  }
}
