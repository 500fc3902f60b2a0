package org.wideresnet.train.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.train.settings.OptimizerSettings;

/**
 * Compares what the paper's network computes with what PyTorch computed from the same weights and
 * images, by a program that follows the authors' code. The README beside the numbers says how they
 * were made and how far rounding alone moves them.
 */
class GoldenTorchTest {
  private static final WideResNetConfig NETWORK = Variant.PAPER.config(10, 1, 10);

  private NumpyArray images;
  private NumpyArray labels;
  private Map<String, NumpyArray> golden;

  @BeforeEach
  void load() throws IOException {
    Map<String, NumpyArray> batch = NumpyFiles.golden("batch.npz");
    images = batch.get("images");
    labels = batch.get("labels");
    golden = NumpyFiles.golden("torch/numbers.npz");
  }

  @Test
  void logitsOfInference() throws IOException {
    try (JavaNetwork network = network(0)) {
      float[] logits = network.forward(images, labels).get("logits").floats();
      assertThat(Deviation.relative(logits, torch("logits"))).isLessThan(1e-5);
    }
  }

  @Test
  void lossGradientsAndMovingStatistics() throws IOException {
    try (JavaNetwork network = network(0)) {
      Map<String, NumpyArray> java = new HashMap<>(network.gradients(images, labels));
      float[] loss = java.remove("loss").floats();
      assertThat(Deviation.largest(loss, torch("loss"))).isLessThan(1e-5);
      network.train(images.prepended(), labels.prepended(), 0);
      network.weights().forEach(java::putIfAbsent);
      assertClose(java, "gradients", "gradients.norms", 1e-4);
    }
  }

  @Test
  void twentyStepsAcrossAChangeOfTheRate() throws IOException {
    try (JavaNetwork network = network(torch("gentle.decay")[0])) {
      float[] losses = train(network, torch("gentle.rates"));
      assertThat(Deviation.largestRelative(losses, torch("gentle.losses"))).isLessThan(1e-5);
      assertClose(network.weights(), "after", "after.norms", 1e-4);
    }
  }

  /** With these rates differences of rounding grow from step to step. */
  @Test
  void twentyStepsWithThePapersRatesAndDecay() throws IOException {
    try (JavaNetwork network = network(torch("paper.decay")[0])) {
      float[] losses = train(network, torch("paper.rates"));
      assertThat(Deviation.largestRelative(losses, torch("paper.losses"))).isLessThan(1e-3);
    }
  }

  private static JavaNetwork network(double decay) throws IOException {
    JavaNetwork network =
        new JavaNetwork(NETWORK, new OptimizerSettings.Sgd(0.9, true, decay, false, false));
    network.assign(TorchFiles.golden("weights", NETWORK));
    return network;
  }

  private float[] train(JavaNetwork network, float... rates) {
    return network.train(images.prepended(), labels.prepended(), rates);
  }

  private float[] torch(String name) {
    return golden.get(name).floats();
  }

  /** Compares every tensor by its norm and by the values that are stored; the others are NaN. */
  private void assertClose(
      Map<String, NumpyArray> java, String file, String norms, double tolerance)
      throws IOException {
    Map<String, NumpyArray> stored = TorchFiles.golden(file, NETWORK);
    assertThat(java).containsOnlyKeys(stored.keySet());
    float[] allNorms = torch(norms);
    int i = 0;
    for (Map.Entry<String, NumpyArray> tensor : stored.entrySet()) {
      String name = tensor.getKey();
      float[] expected = tensor.getValue().floats();
      float[] actual = java.get(name).floats();
      float[] norm = {(float) Deviation.norm(actual)};
      float[] expectedNorm = {allNorms[i++]};
      assertThat(Deviation.relative(norm, expectedNorm)).as(name).isLessThan(tolerance);
      int samples = 0;
      for (int j = 0; j < expected.length; j++) {
        if (Float.isNaN(expected[j])) {
          expected[j] = actual[j] = 0;
        } else {
          samples++;
        }
      }
      assertThat(samples).as(name).isGreaterThanOrEqualTo(Math.min(expected.length, 256));
      assertThat(Deviation.relative(actual, expected)).as(name).isLessThan(tolerance);
    }
  }
}
