package org.wideresnet.model.weights;

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

/** Reads files of Keras; {@link KerasWeights} says which. */
final class KerasReader {
  /** The file of an archive that holds the weights. */
  static final String IN_ARCHIVE = "model.weights.h5";

  private KerasReader() {}

  /** As {@link KerasWeights#read}. */
  static NamedTensors read(Path file, WideResNet network) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "%s is not a file; it should be a .weights.h5, .keras or .h5 file of Keras."
              .formatted(file));
    }
    try (HdfFile hdf = open(file)) {
      List<StoredLayer> layers = undamaged(file, () -> StoredLayer.in(hdf));
      if (layers.isEmpty()) {
        throw new IllegalArgumentException(
            "The file %s holds no layers of Keras with weights.".formatted(file));
      }
      Map<String, StoredLayer.StoredWeight> weights = LayerMatch.of(file, network, layers);
      return undamaged(file, () -> tensors(weights));
    }
  }

  /** Opens HDF5 in memory, where no damaged length can ask for more than there is. */
  private static HdfFile open(Path file) throws IOException {
    ByteBuffer hdf = isArchive(file) ? unpack(file) : map(file);
    return undamaged(file, () -> HdfFile.fromByteBuffer(hdf));
  }

  private static boolean isArchive(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(2), new byte[] {'P', 'K'});
    }
  }

  private static ByteBuffer map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return map(file, channel);
    }
  }

  private static ByteBuffer map(Path file, FileChannel channel) throws IOException {
    if (channel.size() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "The file %s holds more than 2 GiB; no Wide ResNet needs so much.".formatted(file));
    }
    return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
  }

  private static ByteBuffer unpack(Path file) throws IOException {
    try (ZipFile archive = new ZipFile(file.toFile())) {
      ZipEntry entry = archive.getEntry(IN_ARCHIVE);
      if (entry == null) {
        throw new IllegalArgumentException(
            "The archive %s is not of Keras; it holds no %s.".formatted(file, IN_ARCHIVE));
      }
      return unpack(file, archive, entry);
    } catch (ZipException | EOFException e) {
      throw damaged(file, e);
    }
  }

  /** Unpacks to the disk, because the heap may be small; the file goes with the channel. */
  private static ByteBuffer unpack(Path file, ZipFile archive, ZipEntry entry) throws IOException {
    try (CheckedInputStream in =
            new CheckedInputStream(archive.getInputStream(entry), new CRC32());
        FileChannel channel =
            FileChannel.open(
                Files.createTempFile("wrn-", ".h5"),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE)) {
      in.transferTo(Channels.newOutputStream(channel));
      if (in.getChecksum().getValue() != entry.getCrc()) {
        throw new ZipException("its checksum is wrong");
      }
      return map(file, channel);
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
