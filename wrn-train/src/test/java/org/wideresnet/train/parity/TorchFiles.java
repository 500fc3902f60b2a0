package org.wideresnet.train.parity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.WeightFiles;

/** Values of PyTorch, one for each value of a network's weights, in the layout of Java. */
final class TorchFiles {
  private static final String SUFFIX = ".safetensors";

  private TorchFiles() {}

  /** Reads a file among the golden numbers of the test resources. */
  static Map<String, NumpyArray> golden(String name, WideResNetConfig network) throws IOException {
    Path file = Files.createTempFile("golden-", SUFFIX);
    try (InputStream in =
        TorchFiles.class.getResourceAsStream("/golden/torch/" + name + SUFFIX + ".gz")) {
      Files.write(file, new GZIPInputStream(in).readAllBytes());
      return read(file, network);
    } finally {
      Files.delete(file);
    }
  }

  /**
   * Returns what the files of a folder hold: {@code conv2d.kernel} of weights.safetensors, {@code
   * after.conv2d.kernel} of after.safetensors.
   */
  static Map<String, NumpyArray> readAll(Path folder, WideResNetConfig network) throws IOException {
    Map<String, NumpyArray> arrays = new LinkedHashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString().replace(SUFFIX, ".");
        String prefix = name.equals("weights.") ? "" : name;
        read(file, network).forEach((weight, value) -> arrays.put(prefix + weight, value));
      }
    }
    return arrays;
  }

  /** Returns what a file holds, by names such as {@code conv2d.kernel}, in the network's order. */
  static Map<String, NumpyArray> read(Path file, WideResNetConfig network) throws IOException {
    Map<String, NumpyArray> arrays = new LinkedHashMap<>();
    try (NamedTensors values = WeightFiles.read(file, WideResNet.of(network))) {
      values
          .asMap()
          .forEach(
              (name, value) -> arrays.put(JavaNetwork.kerasName(name), JavaNetwork.array(value)));
    }
    return arrays;
  }
}
