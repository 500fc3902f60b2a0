package org.wideresnet.train.parity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.wideresnet.data.CifarFiles;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.generate.GeneratedCifar;
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Variant;
import org.wideresnet.train.settings.OptimizerSettings;

/**
 * Compares the losses of a training as users train: WRN-16-1 from initial weights, on a recorded
 * stream of augmented batches, of CIFAR-10 where it is found.
 */
final class StreamComparison {
  private static final ParityCase NETWORK = network(DataFormat.CHANNELS_LAST);
  private static final int STEPS = 50;
  private static final int BATCH = 128;
  private static final double DECAY = 5e-4;

  private final Twin twin;
  private final String data;
  private final Path stream;
  private final Path weights;

  /** Records the stream and draws the weights. */
  StreamComparison(Twin twin, Path folder) throws IOException {
    this.twin = twin;
    CifarFiles files = CifarFiles.ofThisMachine();
    CifarDataset found =
        files.isPresent("cifar10", null)
            ? files.open("cifar10", null)
            : GeneratedCifar.TEN.open(folder);
    data = found.name();
    stream = folder.resolve("stream");
    weights = folder.resolve("initial-weights");
    String source = found.trainFiles().get(0).getParent().toString();
    twin.write(
        stream,
        List.of(
            "batches",
            "--data-dir",
            source,
            "--batch-size",
            String.valueOf(BATCH),
            "--count",
            String.valueOf(STEPS)));
    twin.write(weights, NETWORK.command("init"));
  }

  /** Returns what was compared. */
  String where() {
    return "%s of %s, batches of %d".formatted(NETWORK.model(), data, BATCH);
  }

  float[] lossesOfJava(float rate) throws IOException {
    Map<String, NumpyArray> batches = NumpyFiles.read(stream);
    OptimizerSettings sgd = new OptimizerSettings.Sgd(0.9, true, DECAY, false, false);
    try (JavaNetwork java = new JavaNetwork(NETWORK.config(), sgd)) {
      java.assign(NumpyFiles.read(weights));
      float[] rates = new float[STEPS];
      Arrays.fill(rates, rate);
      return java.train(batches.get("images"), batches.get("labels"), rates);
    }
  }

  /** Returns the twin's losses; another layout gives it another order of sums. */
  float[] lossesOfTwin(float rate, DataFormat format) throws IOException {
    String rates = String.join(",", Collections.nCopies(STEPS, String.valueOf(rate)));
    return twin.arrays(
            network(format)
                .command(
                    "steps",
                    "--weights",
                    weights.toString(),
                    "--inputs",
                    stream.toString(),
                    "--decay",
                    String.valueOf(DECAY),
                    "--learning-rates",
                    rates))
        .get("losses")
        .floats();
  }

  private static ParityCase network(DataFormat format) {
    return new ParityCase("wrn-16-1", Variant.PAPER, format, 10);
  }
}
