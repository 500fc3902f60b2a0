package org.wideresnet.export.graph;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.wideresnet.model.DataFormat;

/**
 * A signature from images to probabilities.
 *
 * @param name its name
 * @param input the name of its input
 * @param format the layout of the images
 * @param output the name of the output
 */
public record ImageSignature(String name, String input, DataFormat format, String output) {
  private static final Map<List<Long>, DataFormat> IMAGES =
      Map.of(
          List.of(-1L, 32L, 32L, 3L), DataFormat.CHANNELS_LAST,
          List.of(-1L, 3L, 32L, 32L), DataFormat.CHANNELS_FIRST);

  /**
   * Finds the signature for images of a type: {@code serving_default} if it fits, or else the first
   * by name.
   *
   * @param type {@code DT_UINT8} for pixels, or {@code DT_FLOAT}
   */
  public static Optional<ImageSignature> find(Map<String, SignatureDef> signatures, DataType type) {
    Map<String, ImageSignature> fitting = new TreeMap<>();
    signatures.forEach(
        (name, definition) -> of(name, definition, type).ifPresent(fit -> fitting.put(name, fit)));
    return Optional.ofNullable(fitting.get(Signatures.SERVING_DEFAULT))
        .or(() -> fitting.values().stream().findFirst());
  }

  private static Optional<ImageSignature> of(String name, SignatureDef definition, DataType type) {
    List<String> outputs =
        definition.getOutputsMap().entrySet().stream()
            .filter(output -> output.getValue().getDtype() == DataType.DT_FLOAT)
            .filter(output -> shape(output.getValue()).size() == 2)
            .map(Map.Entry::getKey)
            .toList();
    if (definition.getInputsCount() != 1 || outputs.size() != 1) {
      return Optional.empty();
    }
    Map.Entry<String, TensorInfo> input = definition.getInputsMap().entrySet().iterator().next();
    DataFormat format = IMAGES.get(shape(input.getValue()));
    boolean fits =
        format == DataFormat.CHANNELS_LAST || type == DataType.DT_FLOAT && format != null;
    return fits && input.getValue().getDtype() == type
        ? Optional.of(new ImageSignature(name, input.getKey(), format, outputs.get(0)))
        : Optional.empty();
  }

  private static List<Long> shape(TensorInfo info) {
    return info.getTensorShape().getDimList().stream().map(TensorShapeProto.Dim::getSize).toList();
  }
}
