package org.wideresnet.export.serve;

import java.util.Base64;
import java.util.Map;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.wideresnet.export.graph.PictureExamples;
import org.wideresnet.export.graph.Signatures;

/**
 * The first request to a signature, for which TensorFlow prepares the graph; it is made before a
 * version takes over, so that no client waits for it.
 */
final class WarmUp {
  /** A PNG file of one black pixel. */
  private static final byte[] PICTURE =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg==");

  private WarmUp() {}

  /** Sends one black image to each signature that takes images. */
  static void run(ServedModel model) {
    for (SignatureDef signature : model.signatures().values()) {
      if (signature.getInputsCount() == 1) {
        run(model, signature);
      }
    }
  }

  private static void run(ServedModel model, SignatureDef signature) {
    Map.Entry<String, TensorInfo> input = signature.getInputsMap().entrySet().iterator().next();
    try (Tensor image = image(input.getKey(), input.getValue())) {
      if (image != null) {
        new Predictor(model).run(Map.of(input.getValue().getName(), image), signature);
      }
    } catch (RequestException | RuntimeException e) {
      // A model that does not like black images will be warmed up by its first request.
    }
  }

  private static TString strings(byte[]... values) {
    return TString.tensorOfBytes(NdArrays.vectorOfObjects(values));
  }

  /** Returns a batch of one image, or null if this input takes something else. */
  private static Tensor image(String name, TensorInfo info) {
    if (name.equals(Signatures.IMAGE_BYTES)) {
      return strings(PICTURE);
    }
    if (name.equals(Signatures.INPUTS)) {
      return strings(PictureExamples.of(PICTURE).toByteArray());
    }
    Shape shape =
        Shape.of(
            info.getTensorShape().getDimList().stream()
                .mapToLong(dim -> Math.max(1, dim.getSize()))
                .toArray());
    int size = Math.toIntExact(shape.size());
    return switch (info.getDtype()) {
      case DT_UINT8 -> TUint8.tensorOf(shape, DataBuffers.of(new byte[size]));
      case DT_FLOAT -> TFloat32.tensorOf(shape, DataBuffers.of(new float[size]));
      default -> null;
    };
  }
}
