package org.wideresnet.export.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.export.TestModels;
import org.wideresnet.model.weights.Checkpoint;

/**
 * Loads models and checkpoints with a few changed bytes in a process of its own: each must be
 * loaded or refused, and none may end the process.
 */
@Tag("slow")
class MutatedModelsTest {
  private static final int SEEDS = 400;

  @TempDir Path temp;

  @Test
  void noneEndsTheProcess() throws Exception {
    Path checkpoint = TestModels.checkpoint(temp.resolve("checkpoint"), TestModels.WRN_10_1);
    Path model =
        SavedModelExporter.export(checkpoint, temp.resolve("models"), ExportOptions.DEFAULT)
            .folder();
    Files.delete(model.resolve("export.json")); // the fingerprint in it would find every change
    Path report = Files.createFile(temp.resolve("report.txt"));
    List<String> ended = new ArrayList<>();
    int next = 0;
    while (next < SEEDS) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+SuppressFatalErrorMessage",
                  "-cp",
                  System.getProperty("java.class.path"),
                  MutatedModelsTest.class.getName(),
                  temp.toString(),
                  Integer.toString(next),
                  Integer.toString(SEEDS))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(temp.resolve("errors.txt").toFile())
              .start();
      int exit = process.waitFor();
      List<String> lines = Files.readAllLines(report);
      if (exit == 0) {
        break;
      }
      assertThat(lines).as(Files.readString(temp.resolve("errors.txt"))).isNotEmpty();
      String last = lines.get(lines.size() - 1);
      ended.add(last + " (exit code " + exit + ")");
      next = Integer.parseInt(last.split(" ")[1]) + 1;
    }
    assertThat(ended).as("seeds that ended the process").isEmpty();
    assertThat(Files.readAllLines(report)).hasSize(SEEDS);
  }

  /** The other process: tries the seeds from one number to another. */
  public static void main(String[] arguments) throws IOException {
    Path temp = Path.of(arguments[0]);
    for (int seed = Integer.parseInt(arguments[1]); seed < Integer.parseInt(arguments[2]); seed++) {
      Files.writeString(
          temp.resolve("report.txt"), "seed " + seed + "\n", StandardOpenOption.APPEND);
      try {
        load(temp, seed);
      } catch (RuntimeException e) {
        // It is refused, as it may be.
      }
    }
  }

  private static void load(Path temp, int seed) throws IOException {
    boolean isModel = seed % 2 == 0;
    String file =
        isModel ? "saved_model.pb" : seed % 4 == 1 ? "model.index" : "model.data-00000-of-00001";
    Path source = temp.resolve(isModel ? "models/1" : "checkpoint");
    Path mutated = temp.resolve("mutated");
    Files.createDirectories(mutated.resolve("assets"));
    for (Path each : MoreFiles.fileTraverser().breadthFirst(source)) {
      if (Files.isRegularFile(each) && !each.toString().contains("assets.extra")) {
        Files.write(mutated.resolve(source.relativize(each).toString()), Files.readAllBytes(each));
      }
    }
    byte[] bytes = Files.readAllBytes(source.resolve(file));
    mutate(bytes, seed, file.equals("model.index"));
    Files.write(mutated.resolve(file), bytes);
    try {
      if (isModel) {
        try (LoadedModel model = LoadedModel.load(mutated, false)) {
          model.warmUp();
        }
      } else {
        Checkpoint.open(mutated).readWeights().close();
      }
    } finally {
      ModelVersions.delete(mutated);
    }
  }

  /** Changes one to three bytes; in an index so that the checksum of its first block fits. */
  private static void mutate(byte[] bytes, int seed, boolean isIndex) {
    Random random = new Random(seed);
    int block = isIndex ? lengthOfFirstBlock(bytes) : bytes.length;
    // Most of a graph is the values of its weights; what describes them is between.
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(block);
      bytes[at] =
          (byte) (random.nextBoolean() ? random.nextInt(256) : bytes[at] ^ 1 << random.nextInt(8));
    }
    if (isIndex) {
      CRC32C crc = new CRC32C();
      crc.update(bytes, 0, block + 1);
      ByteBuffer.wrap(bytes)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(block + 1, Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8);
    }
  }

  /** The metaindex, whose offset the footer begins with, comes after the only block of data. */
  private static int lengthOfFirstBlock(byte[] index) {
    int offset = 0;
    int at = index.length - 48;
    for (int shift = 0; ; shift += 7) {
      offset |= (index[at] & 127) << shift;
      if (index[at++] >= 0) {
        return offset - 5;
      }
    }
  }
}
