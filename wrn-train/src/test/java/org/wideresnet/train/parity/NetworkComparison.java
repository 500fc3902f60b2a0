package org.wideresnet.train.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.wideresnet.train.OptimizerSettings;

/** Compares what a network computes in Java with what the twin computes, from the same weights. */
final class NetworkComparison {
  /** So much that twice of it, or another kind of momentum, shows after 20 steps. */
  private static final double DECAY = 2;

  // Larger ones would take values across the kinks of ReLUs, in Java others than in Keras.
  private static final float SGD_RATE = 3e-5f;
  private static final float ADAM_RATE = 1e-5f;

  private final Twin twin;
  private final ParityTable table;
  private final ParityCase network;
  private final ParityBatches batches;
  private final Path weights;

  /**
   * Lets the twin draw the weights, unless an earlier comparison did.
   *
   * @param folder where they are
   */
  NetworkComparison(Twin twin, ParityTable table, ParityCase network, Path folder)
      throws IOException {
    this.twin = twin;
    this.table = table;
    this.network = network;
    batches = ParityBatches.draw(network.classes(), folder);
    weights = folder.resolve(network.weightsName());
    if (!Files.exists(weights)) {
      twin.write(weights, network.command("draw", "--inputs", batches.first().toString()));
    }
  }

  void inference() throws IOException {
    try (JavaNetwork java = new JavaNetwork(network.config())) {
      java.assign(NumpyFiles.read(weights));
      inference(java);
    }
  }

  /** Compares inference, loss, gradients and moving statistics. */
  void aStep() throws IOException {
    try (JavaNetwork java = new JavaNetwork(network.config(), sgd())) {
      java.assign(NumpyFiles.read(weights));
      inference(java);
      gradients(java);
    }
  }

  /** Compares steps of SGD with the twin's, and with those of Keras' SGD. */
  void stepsOfSgd() throws IOException {
    float[] rates = rates(SGD_RATE);
    try (JavaNetwork java = new JavaNetwork(network.config(), sgd())) {
      java.assign(NumpyFiles.read(weights));
      float[] losses = java.train(batches.images(), batches.labels(), rates);
      Map<String, NumpyArray> twins = steps("nesterov", DECAY, rates);
      compareLosses(ParityCheck.NESTEROV_LOSS, losses, twins, rates.length);
      compareWeights(ParityCheck.NESTEROV_WEIGHTS, java, twins);
      Map<String, NumpyArray> own = steps("keras-sgd", DECAY, rates);
      compareLosses(ParityCheck.KERAS_SGD_LOSS, losses, own, rates.length / 2);
      compareWeights(ParityCheck.KERAS_SGD_WEIGHTS, java, own);
    }
  }

  void stepsOfAdam() throws IOException {
    float[] rates = rates(ADAM_RATE);
    OptimizerSettings adam = new OptimizerSettings.Adam(0.9, 0.999, 1e-7, 0);
    try (JavaNetwork java = new JavaNetwork(network.config(), adam)) {
      java.assign(NumpyFiles.read(weights));
      float[] losses = java.train(batches.images(), batches.labels(), rates);
      Map<String, NumpyArray> keras = steps("adam", 0, rates);
      compareLosses(ParityCheck.ADAM_LOSS, losses, keras, rates.length);
      compareWeights(ParityCheck.ADAM_WEIGHTS, java, keras);
    }
  }

  private void inference(JavaNetwork java) throws IOException {
    Map<String, NumpyArray> keras = ask("forward", batches.first());
    Map<String, NumpyArray> values =
        java.forward(batches.images().part(0), batches.labels().part(0));
    add(ParityCheck.LOGITS, largest(values.get("logits"), keras.get("logits")));
    add(ParityCheck.SOFTMAX, largest(values.get("softmax"), keras.get("softmax")));
  }

  private void gradients(JavaNetwork java) throws IOException {
    NumpyArray images = batches.images().part(0);
    NumpyArray labels = batches.labels().part(0);
    Map<String, NumpyArray> keras = ask("gradients", batches.first());
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

  private void compareLosses(
      ParityCheck check, float[] losses, Map<String, NumpyArray> keras, int steps) {
    float[] expected = Arrays.copyOf(keras.get("losses").floats(), steps);
    add(check, Deviation.largestRelative(Arrays.copyOf(losses, steps), expected));
  }

  private void compareWeights(ParityCheck check, JavaNetwork java, Map<String, NumpyArray> keras) {
    java.weights()
        .forEach((name, value) -> add(check, relative(value, keras.get("after." + name))));
  }

  private Map<String, NumpyArray> steps(String optimizer, double decay, float... rates)
      throws IOException {
    List<String> texts = new ArrayList<>();
    for (float rate : rates) {
      texts.add(String.valueOf(rate));
    }
    return ask(
        "steps",
        batches.all(),
        "--optimizer",
        optimizer,
        "--decay",
        String.valueOf(decay),
        "--learning-rates",
        String.join(",", texts));
  }

  private Map<String, NumpyArray> ask(String command, Path inputs, String... options)
      throws IOException {
    List<String> words = network.command(command, options);
    words.addAll(List.of("--weights", weights.toString(), "--inputs", inputs.toString()));
    return twin.arrays(words);
  }

  private void add(ParityCheck check, double deviation) {
    table.add(check, network.toString(), deviation);
  }

  private static double largest(NumpyArray actual, NumpyArray expected) {
    return Deviation.largest(actual.floats(), expected.floats());
  }

  private static double relative(NumpyArray actual, NumpyArray expected) {
    return Deviation.relative(actual.floats(), expected.floats());
  }

  private static OptimizerSettings sgd() {
    return new OptimizerSettings.Sgd(0.9, true, DECAY, false);
  }

  /** Returns a rate for each of 20 steps; after ten it falls to a fifth. */
  private static float[] rates(float first) {
    float[] rates = new float[20];
    Arrays.fill(rates, 0, 10, first);
    Arrays.fill(rates, 10, 20, first / 5);
    return rates;
  }
}
