package org.wideresnet.export.write;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.wideresnet.export.graph.PictureExamples;
import org.wideresnet.export.graph.Signatures;
import org.wideresnet.export.graph.Tensors;
import org.wideresnet.export.load.LoadedModel;
import org.wideresnet.model.ForwardPass;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.variables.Variables;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;

/**
 * Compares an export with its checkpoint: the same pictures go through every signature of the one,
 * and through {@link ForwardPass} with the weights of the other.
 */
public final class ExportCheck {
  private static final int PICTURES = 8;
  private static final List<String> ANSWERS =
      List.of(Signatures.PROBABILITIES, Signatures.CLASS_ID, Signatures.LABEL);

  private final ModelDescription model;
  private final LoadedModel export;
  private double difference;

  private ExportCheck(ModelDescription model, LoadedModel export) {
    this.model = model;
    this.export = export;
  }

  /**
   * Compares them.
   *
   * @param source the checkpoint
   * @param folder the SavedModel
   * @param temperature what its logits are divided by
   * @return the largest difference of a probability, or of a feature in relation to the largest
   *     feature if that is above 1; NaN if a value is not a number
   * @throws IOException if a class or label does not fit the probabilities
   */
  public static double maxAbsDifference(Checkpoint source, Path folder, float temperature)
      throws IOException {
    try (LoadedModel export = LoadedModel.load(folder, false);
        TUint8 pixels = Tensors.pixels(SamplePictures.pixels(PICTURES), PICTURES);
        TString files = Tensors.strings(SamplePictures.pngFiles(PICTURES));
        TString examples =
            Tensors.strings(
                SamplePictures.pngFiles(PICTURES).stream()
                    .map(file -> PictureExamples.of(file).toByteArray())
                    .toList());
        Result expected = answersOf(source, pixels, temperature)) {
      ExportCheck check = new ExportCheck(source.description(), export);
      check.compare(pixels, files, examples, expected);
      return check.difference;
    }
  }

  /** Returns the checkpoint's normalised images, features, and probabilities in both ways. */
  public static Result answersOf(Checkpoint source, TUint8 pixels, float temperature) {
    ModelDescription model = source.description();
    WideResNet network = WideResNet.of(model.network());
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf, network.weights(), 0);
      source.restore(session, variables);
      Placeholder<TUint8> images =
          tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
      Operand<TFloat32> normalized = model.normalization().apply(tf, images);
      ForwardPass forward = ForwardPass.inference(tf, network, variables, normalized);
      return session
          .runner()
          .feed(images, pixels)
          .fetch(model.network().dataFormat().fromChannelsLast(tf, normalized))
          .fetch(forward.output(network.logits().inputs().get(0).name()))
          .fetch(tf.nn.softmax(tf.math.div(forward.logits(), tf.constant(temperature))))
          .fetch(tf.nn.softmax(forward.logits()))
          .run();
    }
  }

  private void compare(TUint8 pixels, TString files, TString examples, Result expected)
      throws IOException {
    Tensor normalized = expected.get(0);
    Tensor features = expected.get(1);
    Tensor probabilities = expected.get(2);
    try (Result answer = export.run(Signatures.SERVING_DEFAULT, Signatures.IMAGE, pixels, ANSWERS);
        Result answerToFiles =
            export.run(Signatures.IMAGE_BYTES, Signatures.IMAGE_BYTES, files, ANSWERS);
        Result answerToNormalized =
            export.run(Signatures.KERAS, Signatures.IMAGE, normalized, ANSWERS.subList(0, 1));
        Result featuresOfExport =
            export.run(
                Signatures.FEATURES, Signatures.IMAGE, pixels, List.of(Signatures.FEATURES));
        Result scores =
            export.run(
                Signatures.CLASSIFY,
                Signatures.INPUTS,
                examples,
                List.of(Signatures.SCORES, Signatures.CLASSES))) {
      compare(answer.get(0), probabilities);
      compareClasses(answer);
      compare(answerToFiles.get(0), probabilities);
      compareClasses(answerToFiles);
      compare(answerToNormalized.get(0), expected.get(3));
      compare(featuresOfExport.get(0), features);
      compare(scores.get(0), probabilities);
      compareLabels((TString) scores.get(1));
    }
  }

  private void compare(Tensor actual, Tensor expected) {
    float[] actualValues = Tensors.values(actual);
    float[] expectedValues = Tensors.values(expected);
    double largest = 1;
    for (float value : expectedValues) {
      largest = Math.max(largest, value);
    }
    for (int i = 0; i < expectedValues.length; i++) {
      difference =
          Math.max(difference, Math.abs((double) actualValues[i] - expectedValues[i]) / largest);
    }
  }

  private void compareLabels(TString classes) throws IOException {
    for (int i = 0; i < PICTURES; i++) {
      for (int classId = 0; classId < model.classNames().size(); classId++) {
        requireLabel(classId, classes.getObject(i, classId));
      }
    }
  }

  private void requireLabel(int classId, String label) throws IOException {
    if (!label.equals(model.classNames().get(classId))) {
      throw new IOException("it calls class %d '%s'.".formatted(classId, label));
    }
  }

  private void compareClasses(Result answer) throws IOException {
    float[][] probabilities = Tensors.rows(answer.get(0));
    TInt64 classIds = (TInt64) answer.get(1);
    TString labels = (TString) answer.get(2);
    for (int i = 0; i < probabilities.length; i++) {
      int classId = Math.toIntExact(classIds.getLong(i));
      for (float probability : probabilities[i]) {
        if (probability > probabilities[i][classId]) {
          throw new IOException("its class %d is not the most probable.".formatted(classId));
        }
      }
      requireLabel(classId, labels.getObject(i));
    }
  }
}
