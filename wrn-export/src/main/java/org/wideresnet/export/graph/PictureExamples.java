package org.wideresnet.export.graph;

import com.google.protobuf.ByteString;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.types.TString;

/** Pictures in {@code tf.Example} messages, as TensorFlow's data sets of images have them. */
public final class PictureExamples {
  /** The name of the feature that holds the bytes of a PNG or JPEG file. */
  public static final String FEATURE = "image/encoded";

  private PictureExamples() {}

  /** Returns a message that holds a file. */
  public static Example of(byte[] file) {
    BytesList bytes = BytesList.newBuilder().addValue(ByteString.copyFrom(file)).build();
    Feature feature = Feature.newBuilder().setBytesList(bytes).build();
    return Example.newBuilder()
        .setFeatures(Features.newBuilder().putFeature(FEATURE, feature))
        .build();
  }

  /**
   * Adds the ops to a graph that take the files out of the messages.
   *
   * @param examples serialized messages {@code [batch]}; one without a file fails the batch
   * @return the files {@code [batch]}
   */
  static Operand<TString> files(Ops tf, Operand<TString> examples) {
    Operand<TString> none = tf.constant(NdArrays.ofObjects(String.class, Shape.of(0)));
    List<Operand<?>> noDefaults = List.of(none);
    Operand<TString> name = tf.constant(NdArrays.vectorOfObjects(FEATURE));
    return tf.io
        .parseExample(
            examples,
            none,
            none,
            name,
            none,
            noDefaults,
            0L,
            List.of(),
            List.of(),
            List.of(),
            List.of(Shape.scalar()))
        .op()
        .output(0);
  }
}
