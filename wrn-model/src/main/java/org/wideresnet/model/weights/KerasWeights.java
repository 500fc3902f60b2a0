package org.wideresnet.model.weights;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.io.ByteStreams;
import io.jhdf.HdfFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.files.AtomicFile;
import org.wideresnet.model.variables.NamedTensors;

/**
 * Reads and writes weights as Keras keeps them, bit for bit:
 *
 * <ul>
 *   <li>{@code x.weights.h5} of Keras 3: {@code model.save_weights};
 *   <li>{@code x.keras}: {@code model.save};
 *   <li>any other {@code x.h5}: {@code model.save_weights} and {@code model.save} of Keras 1 and 2,
 *       {@code model.save} of Keras 3.
 * </ul>
 *
 * <p>Layers are matched by their order and shapes, not by their names, as Keras does.
 */
public final class KerasWeights {
  private KerasWeights() {}

  /**
   * Reads the weights of a network. What the file is, its content tells.
   *
   * @return the weights by name, in the network's order; the caller closes them
   * @throws IllegalArgumentException if the file is missing, damaged or not of Keras, or holds
   *     another network; the message names the first difference
   * @throws IOException if it cannot be read
   */
  public static NamedTensors read(Path file, WideResNet network) throws IOException {
    checkArgument(
        Files.isRegularFile(file),
        "%s is not a file; it should be a .weights.h5, .keras or .h5 file of Keras.",
        file);
    try (HdfFile hdf = open(file)) {
      List<StoredLayer> layers = undamaged(file, () -> StoredLayer.in(hdf));
      checkArgument(!layers.isEmpty(), "The file %s holds no layers of Keras with weights.", file);
      Map<String, StoredLayer.StoredWeight> weights = LayerMatch.of(file, network, layers);
      return undamaged(file, () -> tensors(weights));
    }
  }

  /** Returns the number of classes of the network in a file, if it has a last layer. */
  static OptionalInt classes(Path file) throws IOException {
    try (HdfFile hdf = open(file)) {
      return LayerMatch.classes(undamaged(file, () -> StoredLayer.in(hdf)));
    }
  }

  private static HdfFile open(Path file) throws IOException {
    ByteBuffer content = isArchive(file) ? unpack(file) : WeightFiles.map(file);
    return undamaged(file, () -> HdfFile.fromByteBuffer(content));
  }

  /**
   * Writes the weights of a network in the format that the name of the file asks for, replacing an
   * older file as {@link AtomicFile} does.
   *
   * @param file a {@code .weights.h5} file (Keras 3), a {@code .keras} file (Keras 3, with the
   *     model) or another {@code .h5} file (Keras 2 and 3)
   * @param weights at least the weights of the network
   * @throws IllegalArgumentException if the name asks for another format or a weight is missing
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, WideResNet network, NamedTensors weights) throws IOException {
    String name = file.getFileName().toString();
    checkArgument(isKeras(file), "The name of %s should end in .weights.h5, .keras or .h5.", file);
    AtomicFile.write(file, unfinished -> KerasWriter.write(unfinished, name, network, weights));
  }

  /** Returns whether the name of a file asks for one of Keras' formats. */
  static boolean isKeras(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".h5") || name.endsWith(".keras");
  }

  private static boolean isArchive(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(2), new byte[] {'P', 'K'});
    }
  }

  /** Unpacks to the disk, because the heap may be small; the file goes with the channel. */
  private static ByteBuffer unpack(Path file) throws IOException {
    try (ZipFile archive = new ZipFile(file.toFile());
        FileChannel channel =
            FileChannel.open(
                Files.createTempFile("wrn-", ".h5"),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE)) {
      ZipEntry entry = archive.getEntry(KerasWriter.IN_ARCHIVE);
      checkArgument(
          entry != null,
          "The archive %s is not of Keras; it holds no %s.",
          file,
          KerasWriter.IN_ARCHIVE);
      CheckedInputStream in = new CheckedInputStream(archive.getInputStream(entry), new CRC32());
      // More is refused below, before it fills the disk.
      ByteStreams.limit(in, Integer.MAX_VALUE + 1L).transferTo(Channels.newOutputStream(channel));
      if (in.getChecksum().getValue() != entry.getCrc()) {
        throw new ZipException("its checksum is wrong");
      }
      return WeightFiles.map(file, channel);
    } catch (ZipException | EOFException e) {
      throw damaged(file, e);
    }
  }

  private static NamedTensors tensors(Map<String, StoredLayer.StoredWeight> weights) {
    Map<String, TFloat32> tensors = new LinkedHashMap<>();
    try {
      weights.forEach(
          (name, stored) ->
              tensors.put(
                  name, TFloat32.tensorOf(stored.shape(), DataBuffers.of(stored.values()))));
      return new NamedTensors(tensors);
    } catch (RuntimeException e) {
      tensors.values().forEach(TFloat32::close);
      throw e;
    }
  }

  /** Whatever goes wrong inside the reader of HDF5 is the fault of the file. */
  private static <T> T undamaged(Path file, Supplier<T> read) {
    try {
      return read.get();
    } catch (RuntimeException e) {
      throw damaged(file, e);
    }
  }

  private static IllegalArgumentException damaged(Path file, Exception e) {
    return new IllegalArgumentException(
        "The file %s is damaged, or not of Keras: %s.".formatted(file, AtomicFile.reason(e)), e);
  }
}
