package org.wideresnet.train.parity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.wideresnet.train.settings.OptimizerSettings;

/** Compares 20 steps of training, on the same batches and across a change of the learning rate. */
final class StepComparison {
  /** So much that twice of it, or another kind of momentum, shows after 20 steps. */
  private static final double DECAY = 2;

  private static final OptimizerSettings SGD =
      new OptimizerSettings.Sgd(0.9, true, DECAY, false, false);

  // Larger ones would take values across the kinks of ReLUs, in Java others than in Keras.
  private static final float SGD_RATE = 3e-5f;
  private static final float ADAM_RATE = 1e-5f;

  private final ParityTable table;
  private final SameStart start;

  StepComparison(ParityTable table, SameStart start) {
    this.table = table;
    this.start = start;
  }

  /** Compares steps of SGD with the twin's. */
  void nesterov() throws IOException {
    try (JavaNetwork java = start.java(SGD)) {
      nesterov(java, rates(SGD_RATE));
    }
  }

  /** Compares steps of SGD with the twin's, and with those of Keras' SGD. */
  void sgd() throws IOException {
    float[] rates = rates(SGD_RATE);
    try (JavaNetwork java = start.java(SGD)) {
      float[] losses = nesterov(java, rates);
      Map<String, NumpyArray> own = steps("keras-sgd", DECAY, rates);
      compareLosses(ParityCheck.KERAS_SGD_LOSS, losses, own, rates.length / 2);
      compareWeights(ParityCheck.KERAS_SGD_WEIGHTS, java, own);
    }
  }

  private float[] nesterov(JavaNetwork java, float... rates) throws IOException {
    float[] losses = java.train(start.batches().images(), start.batches().labels(), rates);
    Map<String, NumpyArray> twins = steps("nesterov", DECAY, rates);
    compareLosses(ParityCheck.NESTEROV_LOSS, losses, twins, rates.length);
    compareWeights(ParityCheck.NESTEROV_WEIGHTS, java, twins);
    return losses;
  }

  void adam() throws IOException {
    float[] rates = rates(ADAM_RATE);
    OptimizerSettings adam = new OptimizerSettings.Adam(0.9, 0.999, 1e-7, 0, false);
    try (JavaNetwork java = start.java(adam)) {
      float[] losses = java.train(start.batches().images(), start.batches().labels(), rates);
      Map<String, NumpyArray> keras = steps("adam", 0, rates);
      compareLosses(ParityCheck.ADAM_LOSS, losses, keras, rates.length);
      compareWeights(ParityCheck.ADAM_WEIGHTS, java, keras);
    }
  }

  private void compareLosses(
      ParityCheck check, float[] losses, Map<String, NumpyArray> keras, int steps) {
    float[] expected = Arrays.copyOf(keras.get("losses").floats(), steps);
    table.add(
        check, start.toString(), Deviation.largestRelative(Arrays.copyOf(losses, steps), expected));
  }

  private void compareWeights(ParityCheck check, JavaNetwork java, Map<String, NumpyArray> keras) {
    java.weights()
        .forEach(
            (name, value) ->
                table.add(
                    check,
                    start.toString(),
                    Deviation.relative(value.floats(), keras.get("after." + name).floats())));
  }

  private Map<String, NumpyArray> steps(String optimizer, double decay, float... rates)
      throws IOException {
    List<String> texts = new ArrayList<>();
    for (float rate : rates) {
      texts.add(String.valueOf(rate));
    }
    return start.ask(
        "steps",
        start.batches().all(),
        "--optimizer",
        optimizer,
        "--decay",
        String.valueOf(decay),
        "--learning-rates",
        String.join(",", texts));
  }

  /** Returns a rate for each of 20 steps; after ten it falls to a fifth. */
  private static float[] rates(float first) {
    float[] rates = new float[20];
    Arrays.fill(rates, 0, 10, first);
    Arrays.fill(rates, 10, 20, first / 5);
    return rates;
  }
}
