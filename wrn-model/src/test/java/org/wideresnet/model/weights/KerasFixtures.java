package org.wideresnet.model.weights;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.variables.NamedTensors;

/**
 * Files that {@code notebooks/make_weight_fixtures.py} lets Keras write, all of the same weights.
 */
final class KerasFixtures {
  /** The network whose weights they hold. */
  static final WideResNet NETWORK = WideResNet.of(Variant.KERAS.config(10, 1, 10));

  private KerasFixtures() {}

  /** Unpacks a file into a folder. */
  static Path unpack(String name, Path folder) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in =
        new GZIPInputStream(KerasFixtures.class.getResourceAsStream("/keras/" + name + ".gz"))) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  /** Returns the SHA-256 of all values, little endian, in the order of the weights. */
  static String sha256(NamedTensors weights) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (Map.Entry<String, TFloat32> weight : weights.asMap().entrySet()) {
      // Guava's hashers take integers in little endian.
      weight
          .getValue()
          .scalars()
          .forEach(s -> hasher.putInt(Float.floatToRawIntBits(s.getFloat())));
    }
    return hasher.hash().toString();
  }
}
