package org.wideresnet.train.parity;

import java.io.IOException;
import java.util.Map;
import org.wideresnet.train.settings.OptimizerSettings;

/** Compares what a network computes in Java with what the twin computes. */
final class NetworkComparison {
  private final ParityTable table;
  private final SameStart start;

  NetworkComparison(ParityTable table, SameStart start) {
    this.table = table;
    this.start = start;
  }

  void inference() throws IOException {
    try (JavaNetwork java = start.java(null)) {
      inference(java);
    }
  }

  /** Compares inference, loss, gradients and moving statistics. */
  void aStep() throws IOException {
    try (JavaNetwork java = start.java(new OptimizerSettings.Sgd(0.9, true, 0, false, false))) {
      inference(java);
      gradients(java);
    }
  }

  private void inference(JavaNetwork java) throws IOException {
    Map<String, NumpyArray> keras = start.ask("forward", start.batches().first());
    Map<String, NumpyArray> values =
        java.forward(start.batches().images().part(0), start.batches().labels().part(0));
    add(ParityCheck.LOGITS, largest(values.get("logits"), keras.get("logits")));
    add(ParityCheck.SOFTMAX, largest(values.get("softmax"), keras.get("softmax")));
  }

  private void gradients(JavaNetwork java) throws IOException {
    NumpyArray images = start.batches().images().part(0);
    NumpyArray labels = start.batches().labels().part(0);
    Map<String, NumpyArray> keras = start.ask("gradients", start.batches().first());
    Map<String, NumpyArray> values = java.gradients(images, labels);
    add(ParityCheck.LOSS, largest(values.remove("loss"), keras.get("loss")));
    values.forEach(
        (name, gradient) ->
            add(ParityCheck.GRADIENTS, relative(gradient, keras.get("gradient." + name))));
    java.train(images.prepended(), labels.prepended(), 0);
    java.weights()
        .forEach(
            (name, value) -> {
              if (name.contains(".moving_")) {
                add(ParityCheck.STATISTICS, largest(value, keras.get("after." + name)));
              }
            });
  }

  private void add(ParityCheck check, double deviation) {
    table.add(check, start.toString(), deviation);
  }

  private static double largest(NumpyArray actual, NumpyArray expected) {
    return Deviation.largest(actual.floats(), expected.floats());
  }

  private static double relative(NumpyArray actual, NumpyArray expected) {
    return Deviation.relative(actual.floats(), expected.floats());
  }
}
