package org.wideresnet.train.parity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.tensorflow.ndarray.Shape;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.LabelledImages;
import org.wideresnet.data.generate.GeneratedCifar;

/**
 * Batches of drawn images that Java and the twin both compute with.
 *
 * @param images uint8 {@code [batches, batch, 32, 32, 3]}
 * @param labels int32 {@code [batches, batch]}
 * @param all the file of all of them
 * @param first the file of the first batch
 */
record ParityBatches(NumpyArray images, NumpyArray labels, Path all, Path first) {
  private static final int BATCHES = 4;
  private static final int BATCH = 8;

  /** Draws the batches of 10 or 100 classes into a folder. */
  static ParityBatches draw(int classes, Path folder) throws IOException {
    CifarDataset data = new GeneratedCifar(classes, 0, 5 * BATCHES * BATCH, BATCH).open(folder);
    LabelledImages drawn =
        LabelledImages.firstOf(data.trainFiles(), data.layout(), BATCHES * BATCH);
    NumpyArray images = NumpyArray.of(Shape.of(BATCHES, BATCH, 32, 32, 3), drawn.pixels());
    NumpyArray labels = NumpyArray.of(Shape.of(BATCHES, BATCH), drawn.labels());
    return new ParityBatches(
        images,
        labels,
        NumpyFiles.write(
            folder.resolve("batches-" + classes), Map.of("images", images, "labels", labels)),
        NumpyFiles.write(
            folder.resolve("batch-" + classes),
            Map.of("images", images.part(0), "labels", labels.part(0))));
  }
}
