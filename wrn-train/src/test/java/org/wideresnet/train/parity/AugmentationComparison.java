package org.wideresnet.train.parity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.wideresnet.data.augment.Augmentation;
import org.wideresnet.data.augment.AugmentedImages;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.LabelledImages;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Variant;

/**
 * Compares the distributions of what augmentation does: with an image whose colours say where each
 * pixel comes from, and with the pixels of a data set. The twin's are those of Keras' {@code
 * ImageDataGenerator}, and the flip and crop of its training.
 */
final class AugmentationComparison {
  private static final int IMAGES = 10_000;
  private static final int SAMPLED = 97; // every 97th byte: of all places and colours

  private final Twin twin;
  private final ParityTable table;
  private final Path folder;

  AugmentationComparison(Twin twin, ParityTable table, Path folder) {
    this.twin = twin;
    this.table = table;
    this.folder = folder;
  }

  /** Compares {@code keras} or {@code flip-crop}, as the variant's training has it. */
  void compare(Variant variant, CifarDataset data) throws IOException {
    String name = variant == Variant.KERAS ? "keras" : "flip-crop";
    Pair probes = augmented(variant, name, Probe.drawn(IMAGES));
    compare(name + ": shift to the side", probes, Probe::right);
    compare(name + ": shift up and down", probes, Probe::down);
    compare(name + ": flip", probes, Probe::flipped);
    if (variant == Variant.KERAS) {
      compare(name + ": angle", probes, Probe::degrees);
    }
    Pair images =
        augmented(variant, name, LabelledImages.firstOf(data.trainFiles(), data.layout(), IMAGES));
    compare(name + ": pixels of " + data.name(), pixels(images.java), pixels(images.keras));
  }

  private record Pair(byte[] java, byte[] keras) {}

  private Pair augmented(Variant variant, String name, LabelledImages images) throws IOException {
    int count = images.labels().length;
    Map<String, NumpyArray> arrays =
        Map.of(
            "images", NumpyArray.of(RecordLayout.IMAGE_SHAPE.prepend(count), images.pixels()),
            "labels", NumpyArray.of(Shape.of(count), images.labels()));
    Path inputs = NumpyFiles.write(folder.resolve("to-augment"), arrays);
    ParityCase network = new ParityCase("wrn-10-1", variant, DataFormat.CHANNELS_LAST, 10);
    return new Pair(
        AugmentedImages.of(images, Augmentation.parse(name), 1, Session::new).pixels(),
        twin.arrays(network.command("augment", "--inputs", inputs.toString()))
            .get("images")
            .bytes());
  }

  private void compare(String where, Pair probes, ToDoubleFunction<Probe> measure) {
    compare(where, measured(probes.java, measure), measured(probes.keras, measure));
  }

  private void compare(String where, Sample java, Sample keras) {
    table.add(ParityCheck.AUGMENTATION_MEAN, where, java.meanFrom(keras));
    table.add(ParityCheck.AUGMENTATION_VARIANCE, where, java.varianceFrom(keras));
    table.add(ParityCheck.AUGMENTATION_HISTOGRAM, where, java.histogramFrom(keras));
  }

  private static Sample measured(byte[] images, ToDoubleFunction<Probe> measure) {
    return new Sample(
        IntStream.range(0, IMAGES)
            .mapToDouble(i -> measure.applyAsDouble(new Probe(images, i)))
            .toArray());
  }

  private static Sample pixels(byte[] images) {
    return new Sample(
        IntStream.range(0, images.length / SAMPLED)
            .mapToDouble(i -> images[i * SAMPLED] & 0xFF)
            .toArray());
  }
}
