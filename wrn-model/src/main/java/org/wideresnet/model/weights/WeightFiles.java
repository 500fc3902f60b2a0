package org.wideresnet.model.weights;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.files.AtomicFile;
import org.wideresnet.model.variables.NamedTensors;

/**
 * Weights of a network in files of Keras ({@link KerasWeights}) and of PyTorch ({@code
 * .safetensors}).
 *
 * <p>Of PyTorch two ways of naming the weights are read, that of the authors' own code ({@code
 * group0.block0.conv0}) and that of WideResNet-pytorch ({@code block1.layer.0.conv1.weight}, also
 * with the {@code module.} of DataParallel); the second is written, and {@code load_state_dict}
 * takes it. Values must be 32-bit floats. These networks are the paper's, with symmetric padding.
 */
public final class WeightFiles {
  private static final String NAMES = ".weights.h5, .keras, .h5 or .safetensors";

  private WeightFiles() {}

  /**
   * Reads the weights of a network.
   *
   * @param file a file of PyTorch if its name ends in {@code .safetensors}, else of Keras
   * @return the weights by name, in the network's order; the caller closes them
   * @throws IllegalArgumentException if the file is missing, damaged or of another format, or holds
   *     another network; the message names the first difference
   * @throws IOException if it cannot be read
   */
  public static NamedTensors read(Path file, WideResNet network) throws IOException {
    checkArgument(
        Files.isRegularFile(file), "%s is not a file; it should be a %s file.", file, NAMES);
    return isTorch(file) ? TorchWeights.read(file, network) : KerasWeights.read(file, network);
  }

  /**
   * Returns how many classes the network of a file tells apart, as its last layer shows.
   *
   * @return nothing if the file holds no such layer
   * @throws IllegalArgumentException if the file is missing, damaged or of another format
   * @throws IOException if it cannot be read
   */
  public static OptionalInt classes(Path file) throws IOException {
    checkArgument(
        Files.isRegularFile(file), "%s is not a file; it should be a %s file.", file, NAMES);
    return isTorch(file) ? TorchWeights.classes(file) : KerasWeights.classes(file);
  }

  /**
   * Writes the weights of a checkpoint in the format that the name of the file asks for, replacing
   * an older file as {@link AtomicFile} does.
   *
   * @param file a {@code .safetensors} file (PyTorch), a {@code .weights.h5} file (Keras 3), a
   *     {@code .keras} file (Keras 3, with the model) or another {@code .h5} file (Keras 2 and 3)
   * @throws IllegalArgumentException if the name asks for another format, or for PyTorch's and the
   *     network is not the paper's with symmetric padding, or the checkpoint lacks a weight
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, Checkpoint checkpoint) throws IOException {
    checkArgument(
        isTorch(file) || KerasWeights.isKeras(file),
        "The name of %s should end in %s.",
        file,
        NAMES);
    WideResNet network = WideResNet.of(checkpoint.description().network());
    try (NamedTensors weights = checkpoint.readWeights()) {
      if (isTorch(file)) {
        TorchWeights.write(file, network, weights);
      } else {
        KerasWeights.write(file, network, weights);
      }
    }
  }

  private static boolean isTorch(Path file) {
    return file.getFileName().toString().endsWith(Safetensors.SUFFIX);
  }

  /** Maps a file into memory, where no damaged length can ask for more than there is. */
  static ByteBuffer map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return map(file, channel);
    }
  }

  /** Maps what a channel reads, which the mapping outlives. */
  static ByteBuffer map(Path file, FileChannel channel) throws IOException {
    checkArgument(
        channel.size() <= Integer.MAX_VALUE,
        "The file %s holds more than 2 GiB; no Wide ResNet needs so much.",
        file);
    return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
  }
}
