package org.wideresnet.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.wideresnet.export.ImageClassifier;
import org.wideresnet.export.Prediction;

/** The Java code of docs/serving.md, which thereby compiles. */
final class ServingExample {
  private ServingExample() {}

  static void run() throws IOException {
    try (ImageClassifier classifier = ImageClassifier.load(Path.of("models/wrn"))) {
      List<Prediction> best = classifier.classify(Path.of("docs/serving/star.png"), 3);
      for (Prediction prediction : best) {
        System.out.printf("%s %.2f%n", prediction.label(), prediction.probability());
      }
      BufferedImage drawn = new BufferedImage(200, 100, BufferedImage.TYPE_INT_RGB);
      System.out.println(classifier.classify(drawn, 1).get(0).label());

      byte[] pixels = new byte[2 * 32 * 32 * 3]; // two images; height, width, colour
      float[][] probabilities = classifier.probabilities(pixels, 2);
      System.out.println(classifier.labels().get(0) + " " + probabilities[0][0]);
      try {
        byte[] text = "no picture".getBytes(StandardCharsets.UTF_8);
        classifier.probabilities(List.of(text));
      } catch (IllegalArgumentException e) {
        System.out.println(e.getMessage()); // Picture 0 is neither a PNG nor a JPEG file.
      }
    }
  }
}
