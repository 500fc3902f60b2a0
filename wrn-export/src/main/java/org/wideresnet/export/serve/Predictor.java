package org.wideresnet.export.serve;

import static org.wideresnet.export.serve.RequestException.invalid;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TString;
import org.wideresnet.export.graph.PictureExamples;
import org.wideresnet.export.graph.Signatures;
import org.wideresnet.export.graph.Tensors;
import org.wideresnet.export.load.PictureFile;

/**
 * Asks a model what requests ask for.
 *
 * @param model the model, entered
 */
record Predictor(ServedModel model) {
  /** Returns the outputs of the signature by name. */
  Map<String, OutputJson> predict(PredictRequest request) throws RequestException {
    Map<String, Tensor> feeds = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, JsonTensor> input : request.inputs().entrySet()) {
        TensorInfo info = request.signature().getInputsOrThrow(input.getKey());
        Shape shape = request.shape(input.getValue());
        requireShape(input.getKey(), shape, info);
        if (input.getKey().equals(Signatures.IMAGE_BYTES)) {
          requirePictures(input.getValue().strings());
        }
        feeds.put(info.getName(), input.getValue().tensor(shape));
      }
      return run(feeds, request.signature());
    } catch (TFInvalidArgumentException e) {
      JsonTensor files = request.inputs().get(Signatures.IMAGE_BYTES);
      throw files == null || request.inputs().size() > 1
          ? invalid("%s", e.getMessage())
          : damaged(files.strings(), request.signature(), e);
    } finally {
      feeds.values().forEach(Tensor::close);
    }
  }

  /**
   * Returns the classes and scores of a signature of the kind {@code tensorflow/serving/classify}.
   *
   * @return {@code classes} and {@code scores}, or one of them
   */
  Map<String, OutputJson> classify(String signatureName, List<Example> examples)
      throws RequestException {
    SignatureDef signature = model.signatures().get(signatureName);
    if (signature == null) {
      throw invalid("No signature was found with the name: %s", signatureName);
    }
    if (signature.getInputsCount() != 1 || !signature.containsInputs(Signatures.INPUTS)) {
      throw invalid("No classification inputs found in SignatureDef: %s", signatureName);
    }
    if (!List.of(Signatures.CLASSES, Signatures.SCORES)
        .containsAll(signature.getOutputsMap().keySet())) {
      throw invalid(
          "Expected classification signature outputs to contain at least one of \"classes\" or"
              + " \"scores\". Signature was: %s",
          signatureName);
    }
    List<byte[]> files = files(examples);
    requirePictures(files);
    try (TString inputs = Tensors.strings(examples.stream().map(Example::toByteArray).toList())) {
      return run(
          Map.of(signature.getInputsOrThrow(Signatures.INPUTS).getName(), inputs), signature);
    } catch (TFInvalidArgumentException e) {
      SignatureDef ofFiles = model.signatures().get(Signatures.IMAGE_BYTES);
      throw files.isEmpty() || ofFiles == null
          ? invalid("%s", e.getMessage())
          : damaged(files, ofFiles, e);
    }
  }

  /** Returns the file in each example; none if an example has no file, or more than one. */
  private static List<byte[]> files(List<Example> examples) {
    List<BytesList> files =
        examples.stream()
            .map(example -> example.getFeatures().getFeatureMap().get(PictureExamples.FEATURE))
            .map(
                feature ->
                    feature == null ? BytesList.getDefaultInstance() : feature.getBytesList())
            .toList();
    return files.stream().allMatch(bytes -> bytes.getValueCount() == 1)
        ? files.stream().map(bytes -> bytes.getValue(0).toByteArray()).toList()
        : List.of();
  }

  /** Returns all outputs of a signature in the order of their names. */
  private Map<String, OutputJson> run(Map<String, Tensor> feeds, SignatureDef signature)
      throws RequestException {
    List<String> names = signature.getOutputsMap().keySet().stream().sorted().toList();
    List<String> fetches =
        names.stream().map(name -> signature.getOutputsOrThrow(name).getName()).toList();
    Map<String, OutputJson> outputs = new LinkedHashMap<>();
    try (Result result = model.run(feeds, fetches)) {
      for (int i = 0; i < names.size(); i++) {
        outputs.put(names.get(i), OutputJson.of(names.get(i), result.get(i)));
      }
    }
    return outputs;
  }

  /** TensorFlow does not look at the shape of what it is fed, and some wrong ones go through. */
  private static void requireShape(String name, Shape shape, TensorInfo info)
      throws RequestException {
    if (info.getTensorShape().getUnknownRank()) {
      return;
    }
    long[] expected =
        info.getTensorShape().getDimList().stream().mapToLong(dim -> dim.getSize()).toArray();
    boolean fits = shape.numDimensions() == expected.length && shape.size() > 0;
    for (int i = 0; fits && i < expected.length; i++) {
      fits = expected[i] < 0 || expected[i] == shape.get(i);
    }
    if (!fits) {
      throw invalid(
          "Input '%s' has the shape %s, but the signature expects %s, -1 being any size from 1",
          name, shape, Shape.of(expected));
    }
  }

  /** Refuses what is not a picture, or a huge one, by its first bytes. */
  private static void requirePictures(List<byte[]> files) throws RequestException {
    for (int i = 0; i < files.size(); i++) {
      try {
        PictureFile.require(files.get(i), "Picture " + i);
      } catch (IllegalArgumentException e) {
        throw invalid("%s", e.getMessage());
      }
    }
  }

  /** One damaged file fails a whole batch; which one it is, only each alone can tell. */
  private RequestException damaged(
      List<byte[]> files, SignatureDef signature, TFInvalidArgumentException cause) {
    String feed = signature.getInputsOrThrow(Signatures.IMAGE_BYTES).getName();
    List<String> fetches = List.of(signature.getOutputsMap().values().iterator().next().getName());
    for (int i = 0; i < files.size(); i++) {
      try (TString file = Tensors.strings(files.subList(i, i + 1))) {
        model.run(Map.of(feed, file), fetches).close();
      } catch (TFInvalidArgumentException e) {
        return invalid(
            "Picture %d cannot be decoded; it is damaged or cut off: %s", i, e.getMessage());
      }
    }
    return invalid("%s", cause.getMessage());
  }
}
