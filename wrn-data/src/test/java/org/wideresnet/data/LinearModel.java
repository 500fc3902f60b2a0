package org.wideresnet.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.RecordFile;
import org.wideresnet.data.files.RecordLayout;

/**
 * Softmax regression on the pixels: the yardstick that says how much of a data set can be had
 * without looking at shapes. Plain stochastic gradient descent, the rate falling to 0.
 */
public final class LinearModel {

  private static final int INPUTS = RecordLayout.IMAGE_BYTES;

  private final int classes;
  private final float[][] weights;

  private record Example(float[] pixels, int label) {}

  private LinearModel(int classes) {
    this.classes = classes;
    this.weights = new float[classes][INPUTS + 1];
  }

  public static double testAccuracy(CifarDataset dataset, int epochs) throws IOException {
    List<Example> train = read(dataset, dataset.trainFiles());
    LinearModel model = new LinearModel(dataset.layout().classes());
    Random random = new Random(1);
    for (int epoch = 0; epoch < epochs; epoch++) {
      Collections.shuffle(train, random);
      for (int i = 0; i < train.size(); i++) {
        double done = (epoch + i / (double) train.size()) / epochs;
        model.learn(train.get(i), (float) (2e-4 * (1 - done)));
      }
    }
    List<Example> test = read(dataset, dataset.testFiles());
    return test.stream().filter(model::isRight).count() / (double) test.size();
  }

  private static List<Example> read(CifarDataset dataset, List<Path> files) throws IOException {
    List<Example> examples = new ArrayList<>();
    for (Path path : files) {
      RecordFile file = new RecordFile(path, dataset.layout());
      file.forEach(
          Integer.MAX_VALUE,
          (record, label) -> {
            float[] pixels = new float[INPUTS];
            for (int i = 0; i < INPUTS; i++) {
              pixels[i] = (Byte.toUnsignedInt(record[record.length - INPUTS + i]) - 125) / 70f;
            }
            examples.add(new Example(pixels, label));
          });
    }
    return examples;
  }

  private void learn(Example example, float rate) {
    double[] logits = logits(example);
    double max = Arrays.stream(logits).max().orElseThrow();
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      logits[c] = Math.exp(logits[c] - max);
      sum += logits[c];
    }
    for (int c = 0; c < classes; c++) {
      float step = rate * (float) ((c == example.label ? 1 : 0) - logits[c] / sum);
      float[] row = weights[c];
      for (int i = 0; i < INPUTS; i++) {
        row[i] += step * example.pixels[i];
      }
      row[INPUTS] += step;
    }
  }

  private boolean isRight(Example example) {
    double[] logits = logits(example);
    int best = 0;
    for (int c = 1; c < classes; c++) {
      best = logits[c] > logits[best] ? c : best;
    }
    return best == example.label;
  }

  private double[] logits(Example example) {
    double[] logits = new double[classes];
    for (int c = 0; c < classes; c++) {
      float[] row = weights[c];
      // Four sums at once: a single one would wait for itself.
      float a = row[INPUTS];
      float b = 0;
      float d = 0;
      float e = 0;
      for (int i = 0; i < INPUTS; i += 4) {
        a += row[i] * example.pixels[i];
        b += row[i + 1] * example.pixels[i + 1];
        d += row[i + 2] * example.pixels[i + 2];
        e += row[i + 3] * example.pixels[i + 3];
      }
      logits[c] = a + b + d + e;
    }
    return logits;
  }
}
