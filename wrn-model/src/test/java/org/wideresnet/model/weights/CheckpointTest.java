package org.wideresnet.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig.Padding;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.variables.Variables;

class CheckpointTest {
  private static final WideResNet NETWORK = WideResNet.of(Variant.PAPER.config(10, 1, 10));
  private static final ModelDescription DESCRIPTION =
      ModelDescription.untrained(
              NETWORK.config(),
              Normalization.PAPER_CIFAR10,
              IntStream.range(0, 10).mapToObj(Integer::toString).toList())
          .after(390, 1, 0.5);

  @TempDir Path temp;

  @Test
  void restoresEveryWeightBitForBit() throws IOException {
    Path folder = temp.resolve("checkpoints/step-000390");
    write(folder, NETWORK, 7);
    Checkpoint checkpoint = Checkpoint.open(folder);
    assertThat(checkpoint.description()).isEqualTo(DESCRIPTION);
    assertThat(checkpoint.note("note.txt")).contains("hello");
    assertThat(checkpoint.note("other.txt")).isEmpty();
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Variables other = new Variables(Ops.create(graph), NETWORK.weights(), 8);
      checkpoint.restore(session, other);
      try (NamedTensors restored = other.read(session);
          NamedTensors stored = checkpoint.read(other.names())) {
        Variables same = new Variables(Ops.create(graph), NETWORK.weights(), 7);
        same.initialize(session);
        try (NamedTensors initial = same.read(session)) {
          for (String name : other.names()) {
            assertThat(restored.get(name)).as(name).isEqualTo(initial.get(name));
            assertThat(stored.get(name)).as(name).isEqualTo(initial.get(name));
          }
        }
      }
    }
  }

  @Test
  void aDescriptionWithoutPaddingIsOfANetworkPaddedAsTensorFlowDoes() throws IOException {
    Path folder = temp.resolve("step-1");
    write(folder, NETWORK, 1);
    Path file = folder.resolve("model.json");
    String text = Files.readString(file);
    assertThat(text).contains("\"padding\" : \"SYMMETRIC\",");
    Files.writeString(file, text.replace("\"padding\" : \"SYMMETRIC\",", ""));
    assertThat(Checkpoint.open(folder).description().network())
        .isEqualTo(NETWORK.config().withPadding(Padding.SAME));
  }

  @Test
  void leavesNothingOfAnUnfinishedCheckpoint() throws IOException {
    Path folder = temp.resolve("step-1");
    write(folder, NETWORK, 1);
    TFloat32 freed = TFloat32.scalarOf(1);
    freed.close();
    assertThatThrownBy(() -> Checkpoint.write(folder, DESCRIPTION, Map.of("a", freed), Map.of()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(temp.toFile().list()).containsExactly("step-1");
    assertThat(Checkpoint.open(folder).description()).isEqualTo(DESCRIPTION);
  }

  @Test
  void namesAWeightOfAnotherShape() throws IOException {
    Path folder = temp.resolve("step-1");
    write(folder, NETWORK, 1);
    WideResNet wider = WideResNet.of(Variant.PAPER.config(10, 2, 10));
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Variables variables = new Variables(Ops.create(graph), wider.weights(), 1);
      assertThatThrownBy(() -> Checkpoint.open(folder).restore(session, variables))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void noticesADamagedFile() throws IOException {
    Path folder = temp.resolve("step-1");
    write(folder, NETWORK, 1);
    Path data = folder.resolve("model.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length / 2] ^= 1;
    Files.write(data, bytes);
    List<String> names = NETWORK.weights().stream().map(weight -> weight.name()).toList();
    assertThatThrownBy(() -> Checkpoint.open(folder).read(names))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is damaged or lacks a weight");
  }

  @Test
  void refusesAFolderThatIsNoCheckpoint() {
    assertThatThrownBy(() -> Checkpoint.open(temp))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(temp + " is not a checkpoint; it should hold model.json and model.index.");
  }

  private static void write(Path folder, WideResNet network, long seed) throws IOException {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Variables variables = new Variables(Ops.create(graph), network.weights(), seed);
      variables.initialize(session);
      try (NamedTensors values = variables.read(session)) {
        Checkpoint.write(folder, DESCRIPTION, values.asMap(), Map.of("note.txt", "hello"));
      }
    }
  }
}
