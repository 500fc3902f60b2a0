package org.wideresnet.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryTest {

  private static final String COLUMNS =
      "accuracy,learning_rate,loss,val_accuracy,val_loss,seconds,images_per_second,gradient_norm,data_wait";
  private static final History.Row FIRST =
      Rows.of(COLUMNS, "0,0.4561,0.1,1.5,0.588,NaN,12.25,4075.5,2.5,0.125");
  private static final History.Row SECOND =
      Rows.of(COLUMNS, "1,0.3333333333333333,5e-4,1234567.891,1,0,1e-7,1e9,0,1");

  @TempDir Path folder;
  private Path file;
  private final Locale locale = Locale.getDefault();

  @BeforeEach
  void useGermanNumbers() {
    file = folder.resolve("history.csv");
    Locale.setDefault(Locale.GERMANY);
  }

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(locale);
  }

  @Test
  void rowsAreOnDiskAfterEachEpochWithPointsAndEnglishNames() throws IOException {
    History history = History.open(file);

    history.append(FIRST);
    assertThat(file)
        .hasContent(
            """
            epoch,accuracy,learning_rate,loss,val_accuracy,val_loss,seconds,images_per_second,gradient_norm,data_wait
            0,0.4561,0.1,1.5,0.588,,12.25,4075.5,2.5,0.125
            """);
    history.append(SECOND);
    assertThat(Files.readAllLines(file))
        .hasSize(3)
        .last()
        .isEqualTo("1,0.3333333333333333,5.0E-4,1234567.891,1.0,0.0,1.0E-7,1.0E9,0.0,1.0");
  }

  @Test
  void theColumnsAreThoseOfTheRecord() throws IOException {
    History.open(file).append(FIRST);

    assertThat(Files.readAllLines(file).get(0).replace("_", ""))
        .isEqualToIgnoringCase(
            Arrays.stream(History.Row.class.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.joining(",")));
  }

  @Test
  void whatWasWrittenIsReadBackAndContinued() throws IOException {
    History.open(file).append(FIRST);
    History.open(file).append(SECOND);

    assertThat(History.open(file).rows()).containsExactly(FIRST, SECOND);
  }

  @Test
  void aHistoryThatIsNotThereHasNoRows() throws IOException {
    assertThat(History.open(file).rows()).isEmpty();
    assertThat(file).doesNotExist();
  }

  @Test
  void onlyTheNextEpochCanBeAppended() throws IOException {
    History history = History.open(file);

    assertThatThrownBy(() -> history.append(SECOND))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The next epoch of " + file + " is 0, not 1.");
    history.append(FIRST);
    assertThatThrownBy(() -> history.append(FIRST))
        .hasMessage("The next epoch of " + file + " is 1, not 0.");
    assertThat(History.open(file).rows()).containsExactly(FIRST);
  }

  @Test
  void theBestEpochIsTheFirstOfTheHighestAccuracy() throws IOException {
    History history = History.open(file);
    assertThat(history.best()).isEmpty();
    assertThat(history.epochsSinceBest()).isZero();
    double[] accuracies = {0.5, 0.75, 0.7, 0.75};
    for (int epoch = 0; epoch < accuracies.length; epoch++) {
      history.append(Rows.of("val_accuracy", epoch + "," + accuracies[epoch]));
    }
    assertThat(history.best()).map(History.Row::epoch).contains(1);
    assertThat(history.epochsSinceBest()).isEqualTo(2);
  }

  /** The fourth epoch is not evaluated, so nothing says that it got no better. */
  @Test
  void epochsWithoutAnEvaluationAreNeitherBestNorWorse() throws IOException {
    History history = History.open(file);
    history.append(Rows.of("loss,val_accuracy", "0,2,"));
    assertThat(history.best()).isEmpty();
    assertThat(history.epochsSinceBest()).isZero();
    for (String row : List.of("1,2,0.75", "2,2,0.5", "3,2,", "4,2,0.5")) {
      history.append(Rows.of("loss,val_accuracy", row));
    }
    assertThat(history.best()).map(History.Row::epoch).contains(1);
    assertThat(history.lastEvaluated()).map(History.Row::epoch).contains(4);
    assertThat(history.epochsSinceBest()).isEqualTo(3);
    history.truncate(4);
    assertThat(history.epochsSinceBest()).isEqualTo(1);
  }

  @Test
  void truncationKeepsTheFirstEpochsAndLeavesNothingBeside() throws IOException {
    History history = History.open(file);
    history.append(FIRST);
    history.append(SECOND);

    history.truncate(2);
    assertThat(History.open(file).rows()).containsExactly(FIRST, SECOND);
    history.truncate(1);
    assertThat(History.open(file).rows()).containsExactly(FIRST);
    history.append(SECOND);
    assertThat(history.rows()).containsExactly(FIRST, SECOND);
    history.truncate(0);
    assertThat(file).hasContent("epoch," + COLUMNS + "\n");
    assertThat(History.open(file).rows()).isEmpty();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aFailureLeavesTheOldFile() throws IOException {
    History.open(file).append(FIRST);
    // A folder in the place of the unfinished file makes the writing fail.
    Files.createDirectories(folder.resolve(".history.csv.unfinished"));

    assertThatThrownBy(() -> History.open(file).append(SECOND))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("The file " + file + " could not be written: ");
    assertThat(History.open(file).rows()).containsExactly(FIRST);
  }

  @Test
  void aFileOfKerasIsReadByTheNamesOfItsColumns() throws IOException {
    Files.writeString(
        file, "epoch,val_loss,accuracy,loss,f1\r\n0,2.5,0.25,nan,7\r\n1,NA,inf,,8\r\n");

    assertThat(History.open(file).rows())
        .containsExactly(
            Rows.of("accuracy,val_loss", "0,0.25,2.5"), Rows.of("accuracy", "1,Infinity"));
    assertThat(History.open(file).rows().get(0))
        .returns(0.25, History.Row::accuracy)
        .returns(2.5, History.Row::valLoss)
        .matches(row -> Double.isNaN(row.loss()) && Double.isNaN(row.dataWait()));
    assertThat(History.open(file).rows().get(1))
        .returns(Double.POSITIVE_INFINITY, History.Row::accuracy)
        .matches(row -> Double.isNaN(row.valLoss()) && Double.isNaN(row.loss()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                      | line 1: | Empty header line
          'accuracy,loss\n1,2'    | line 1: | column 'epoch' is missing
          'accuracy,loss\n'       | line 1: | column 'epoch' is missing
          'epoch,loss\n0,1\n1'    | line 3: | expected 2, found 1
          'epoch,loss\n0,1,5'     | line 2: | expected at most 2
          'epoch,loss\n0,0x'      | line 2: | loss is '0x', which is not a number.
          'epoch,loss\n0.5,1'     | line 2: | epoch is '0.5', which is not a whole number.
          'epoch,loss\n,1'        | line 2: | epoch is '', which is not a whole number.
          'epoch,loss\n-1,1'      | line 2: | epoch is '-1', which is not a whole number.
          """)
  void aFileThatIsNoHistoryIsRefusedWithItsLine(String text, String line, String rule)
      throws IOException {
    Files.writeString(file, text.replace("\\n", "\n"));

    assertThatThrownBy(() -> History.open(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("In " + file + ", " + line)
        .hasMessageContaining(rule);
  }

  @Test
  void aFileThatIsNoTextIsRefused() throws IOException {
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff});

    assertThatThrownBy(() -> History.open(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("In " + file + ", line 1: ")
        .hasMessageContaining("not text");
  }
}
