package org.wideresnet.data.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.wideresnet.data.Epoch;
import org.wideresnet.data.Records;
import org.wideresnet.data.files.RecordLayout;

class ImageStoreTest {

  private static final int MORE_THAN_A_CHUNK = DecodedRecords.CHUNK + 30;

  @TempDir Path folder;

  /** Loads the files of a layout and returns all images and labels in order. */
  private static Epoch load(RecordLayout layout, Path... files) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ImageStore store = ImageStore.of(tf, List.of(files), layout);
      CifarPipeline all = CifarPipeline.evaluation(tf, store, 0, store.size(), 100);
      try (Session session = new Session(graph)) {
        store.load(session);
        return Epoch.run(all, session, 0);
      }
    }
  }

  @Test
  void imagesAreDecodedAsByHand() throws IOException {
    byte[] first = Records.random(Records.NUMBERED, 0, MORE_THAN_A_CHUNK);
    byte[] second = Records.random(Records.NUMBERED, 7, 3);
    Epoch read =
        load(
            Records.NUMBERED,
            Files.write(folder.resolve("first.bin"), first),
            Files.write(folder.resolve("second.bin"), second));
    assertThat(read.images()).hasSize(MORE_THAN_A_CHUNK + 3);
    for (int i = 0; i < read.images().size(); i++) {
      int number = i < MORE_THAN_A_CHUNK ? i : i - MORE_THAN_A_CHUNK;
      byte[] file = i < MORE_THAN_A_CHUNK ? first : second;
      assertThat(read.images().get(i))
          .as("image %d", i)
          .isEqualTo(Records.flat(Records.pixels(file, Records.NUMBERED, number)));
      int label = i < MORE_THAN_A_CHUNK ? number % 256 : number + 7;
      assertThat(read.order().get(i)).as("label %d", i).isEqualTo(label);
    }
  }

  @Test
  void theLayoutSaysWhichOfTwoLabelBytesCounts() throws IOException {
    byte[] record = Records.random(RecordLayout.CIFAR100_FINE, 0, 1);
    record[0] = 19;
    record[1] = 99;
    Path file = Files.write(folder.resolve("train.bin"), record);
    assertThat(load(RecordLayout.CIFAR100_FINE, file).order()).containsExactly(99);
    assertThat(load(RecordLayout.CIFAR100_COARSE, file).order()).containsExactly(19);
    assertThat(load(RecordLayout.CIFAR100_COARSE, file).images())
        .containsExactly(Records.flat(Records.pixels(record, RecordLayout.CIFAR100_COARSE, 0)));
  }

  @Test
  void twoStoresOfAGraphAreTwo() throws IOException {
    Path first = Records.numbered(folder, 0, 4);
    Path second = Records.numbered(folder, 40, 6);
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ImageStore train = ImageStore.of(tf, List.of(first), Records.NUMBERED);
      ImageStore test = ImageStore.of(tf, List.of(second), Records.NUMBERED);
      CifarPipeline fromTrain = CifarPipeline.evaluation(tf, train, 0, 4, 4);
      CifarPipeline fromTest = CifarPipeline.evaluation(tf, test, 0, 6, 6);
      try (Session session = new Session(graph)) {
        train.load(session);
        test.load(session);
        assertThat(Epoch.run(fromTrain, session, 0).order()).containsExactly(0, 1, 2, 3);
        assertThat(Epoch.run(fromTest, session, 0).order()).containsExactly(40, 41, 42, 43, 44, 45);
      }
    }
  }

  @Test
  void aLabelThatIsNoClassIsRefused() throws IOException {
    Path good = Files.write(folder.resolve("a.bin"), Records.random(RecordLayout.CIFAR10, 0, 10));
    Path bad = Files.write(folder.resolve("b.bin"), Records.random(RecordLayout.CIFAR10, 8, 4));
    assertThatThrownBy(() -> load(RecordLayout.CIFAR10, good, bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "%s: record 2 has the label 10; a data set of 10 classes has labels 0 to 9.", bad);
  }

  @Test
  void filesThatHoldNoWholeRecordsAreRefused() throws IOException {
    Path cut = Files.write(folder.resolve("cut.bin"), new byte[3072]);
    Path empty = Files.write(folder.resolve("empty.bin"), new byte[0]);
    Path none = folder.resolve("none.bin");
    assertThatThrownBy(() -> load(RecordLayout.CIFAR10, cut))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(cut.toString(), "3,072 bytes", "whole number of records", "3,073");
    assertThatThrownBy(() -> load(RecordLayout.CIFAR10, empty))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(empty.toString(), "is empty", "records of 3,073 bytes");
    assertThatThrownBy(() -> load(RecordLayout.CIFAR10, none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("There is no data file", none.toString());
    assertThatThrownBy(() -> load(RecordLayout.CIFAR10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The data set has no file to read images from.");
  }
}
