package org.wideresnet.cli.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;
import org.wideresnet.cli.terminal.Failures;
import org.wideresnet.data.files.CifarArchive;
import org.wideresnet.data.files.RecordFile;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.export.load.PictureFile;
import org.wideresnet.export.serve.RestBody;
import org.wideresnet.export.write.TfRecords;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.weights.ModelDescription;
import org.wideresnet.model.weights.WeightFiles;
import org.wideresnet.train.cluster.ClusterSpec;
import org.wideresnet.train.report.TensorBoardEvents;
import org.wideresnet.train.run.EpochProgress;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.settings.Recipe;

/**
 * What reads bytes from outside in Java. Whatever they are, it reads them or refuses them with a
 * sentence, within little memory and time.
 */
enum Reader {
  RECORDS("data_batch_1.bin", Reader::records) {
    @Override
    List<byte[]> seeds() {
      return List.of(new byte[2 * RecordLayout.CIFAR10.recordBytes()]);
    }
  },
  ARCHIVE("cifar.tar.gz", file -> unpack(file)) {
    @Override
    List<byte[]> seeds() throws IOException {
      return List.of(gzip(TAR.seeds().get(0)));
    }
  },
  /** An archive whose compression is in order. */
  TAR("cifar.tar.gz", Reader::unpack) {
    @Override
    List<byte[]> seeds() throws IOException {
      return List.of(tar());
    }

    @Override
    byte[] content(byte[] input) throws IOException {
      return gzip(input);
    }
  },
  RECIPE("recipe.yaml", file -> Recipe.load(file.toString())) {
    @Override
    List<byte[]> seeds() throws IOException {
      List<byte[]> seeds = new ArrayList<>();
      for (String name : Recipe.SHIPPED) {
        try (InputStream in = Recipe.class.getResourceAsStream("recipes/" + name + ".yaml")) {
          seeds.add(in.readAllBytes());
        }
      }
      return seeds;
    }
  },
  KERAS("x.h5", Reader::weights) {
    @Override
    List<byte[]> seeds() throws IOException {
      List<byte[]> seeds = new ArrayList<>();
      for (String name : List.of("keras2.h5", "keras3.h5", "keras3.keras", "keras3.weights.h5")) {
        Path file = ROOT.resolve("wrn-model/src/test/resources/keras/" + name + ".gz");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
          seeds.add(in.readAllBytes());
        }
      }
      return seeds;
    }
  },
  SAFETENSORS("x.safetensors", Reader::weights) {
    @Override
    List<byte[]> seeds() {
      String header =
          """
          {"__metadata__": {"format": "pt"}, "conv0": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
           "fc.bias": {"dtype": "BF16", "shape": [4], "data_offsets": [24, 32]}}""";
      byte[] text = header.getBytes(StandardCharsets.US_ASCII);
      return List.of(
          ByteBuffer.allocate(8 + text.length + 32)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(text.length)
              .put(text)
              .array());
    }
  },
  RUN_JSON("run.json", RunConfig::read) {
    @Override
    List<byte[]> seeds() throws IOException {
      return List.of(Files.readAllBytes(RESULTS.resolve("run.json")));
    }
  },
  MODEL_JSON("model.json", ModelDescription::read) {
    @Override
    List<byte[]> seeds() {
      return texts(
          """
          {"format": 1, "network": {"depth": 10, "widen_factor": 1, "classes": 2, "variant": "PAPER",
            "data_format": "CHANNELS_LAST", "padding": "SYMMETRIC", "dropout": 0.1},
           "normalization": {"mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2]},
           "class_names": ["a", "b"], "data": "cifar10", "data_checksum": "00", "step": 7, "epoch": 1,
           "test_accuracy": 0.5}
          """);
    }
  },
  EPOCH_JSON("epoch.json", file -> EpochProgress.parse(text(file))) {
    @Override
    List<byte[]> seeds() {
      return texts(new EpochProgress(3, 1.5, 0.5, 2.5, 0, 4, 0.1).toJson());
    }
  },
  HISTORY("history.csv", History::open) {
    @Override
    List<byte[]> seeds() throws IOException {
      return List.of(Files.readAllBytes(RESULTS.resolve("history.csv")));
    }
  },
  EVENTS("events.out.tfevents.1.wrn", Reader::events) {
    @Override
    List<byte[]> seeds() throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (long step : new long[] {0, 0, 5, 10, 15}) {
        Event event = Event.newBuilder().setStep(step).setFileVersion("brain.Event:2").build();
        TfRecords.write(out, event.toByteArray());
      }
      return List.of(out.toByteArray());
    }
  },
  /** An event whose checksum is right. */
  EVENT("events.out.tfevents.1.wrn", Reader::events) {
    @Override
    List<byte[]> seeds() {
      return List.of(Event.newBuilder().setStep(3).setWallTime(1).build().toByteArray());
    }

    @Override
    byte[] content(byte[] input) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      TfRecords.write(out, input);
      return out.toByteArray();
    }
  },
  TF_CONFIG("TF_CONFIG", file -> ClusterSpec.parse(text(file))) {
    @Override
    List<byte[]> seeds() {
      return texts(
          "{\"cluster\": {\"chief\": [\"a:1\"], \"worker\": [\"[::1]:22\", \"c:65535\"]}, \"task\": {\"type\": \"worker\", \"index\": 1}}");
    }
  },
  REST("body", file -> RestBody.read(Files.readAllBytes(file))) {
    @Override
    List<byte[]> seeds() {
      return texts(RestBody.EXAMPLES.toArray(String[]::new));
    }
  },
  PICTURE("x.png", file -> PictureFile.require(Files.readAllBytes(file), file.toString())) {
    @Override
    List<byte[]> seeds() throws IOException {
      return List.of(
          Files.readAllBytes(ROOT.resolve("docs/serving/star.png")),
          new byte[] {-1, -40, -1, -32, 0, 4, 0, 0, -1, -64, 0, 11, 8, 0, 16, 0, 16, 1, 1, 17, 0});
    }
  };

  private static final Path ROOT = Path.of("..");
  private static final Path RESULTS = ROOT.resolve("docs/results/fast-cifar10-wrn-16-2");
  private static final WideResNet NETWORK =
      WideResNet.of(WideResNetConfig.parse("wrn-10-1", Variant.KERAS, 10));
  private static final Path FOLDER = temporaryFolder();

  private final String name;
  private final Parser parser;

  Reader(String name, Parser parser) {
    this.name = name;
    this.parser = parser;
  }

  /** Reads a file and forgets what was in it. */
  private interface Parser {
    void read(Path file) throws IOException;
  }

  /** Returns inputs that are in order. */
  abstract List<byte[]> seeds() throws IOException;

  /** Returns what stands in the file. */
  byte[] content(byte[] input) throws IOException {
    return input;
  }

  /** Reads an input; fails if it is neither taken nor refused with a sentence. */
  void check(byte[] input) {
    try {
      parser.read(Files.write(FOLDER.resolve(name), content(input)));
    } catch (IOException | IllegalArgumentException e) {
      String sentence = Failures.sentence(e);
      if (!sentence.matches("(?s).{10,2000}[.?]")) {
        throw new AssertionError(this + " refuses an input without a sentence: " + sentence, e);
      }
    }
  }

  private static void records(Path file) throws IOException {
    new RecordFile(file, RecordLayout.CIFAR10).labelCounts();
  }

  private static void unpack(Path file) throws IOException {
    Path cache = FOLDER.resolve("cache");
    try {
      CifarArchive.unpackOnce(file, cache);
    } finally {
      delete(cache);
    }
  }

  private static void weights(Path file) throws IOException {
    WeightFiles.read(file, NETWORK).close();
  }

  private static void events(Path file) throws IOException {
    TensorBoardEvents.open(file.getParent(), 10, List.of(), 5, () -> Summary.getDefaultInstance())
        .close();
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private static List<byte[]> texts(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static byte[] tar() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.putArchiveEntry(new TarArchiveEntry("cifar-10-batches-bin/"));
      tar.closeArchiveEntry();
      TarArchiveEntry file = new TarArchiveEntry("cifar-10-batches-bin/batches.meta.txt");
      file.setSize(3);
      tar.putArchiveEntry(file);
      tar.write(new byte[] {'c', 'a', 't'});
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static Path temporaryFolder() {
    try {
      Path memory = Path.of("/dev/shm"); // no disk, which would take most of the time
      Path folder =
          Files.isWritable(memory)
              ? Files.createTempDirectory(memory, "wrn-fuzz-")
              : Files.createTempDirectory("wrn-fuzz-");
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      delete(folder);
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  }));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
