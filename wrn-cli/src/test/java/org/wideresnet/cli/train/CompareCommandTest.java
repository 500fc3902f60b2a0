package org.wideresnet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.cli.Wrn;

class CompareCommandTest {
  @TempDir Path temp;
  private Path one;
  private Path other;

  @BeforeEach
  void writeRuns() throws IOException {
    one = run("one");
    other = run("other");
  }

  private Path run(String name) throws IOException {
    Path run = Files.createDirectories(temp.resolve(name));
    Files.writeString(run.resolve("run.json"), "{\"versions\": {\"project\": \"Keras 3\"}}");
    Files.writeString(run.resolve("history.csv"), "epoch,val_accuracy\n0,0.5\n1,0.75\n");
    return run;
  }

  @Test
  void writesThePage() throws IOException {
    Path page = temp.resolve("page.html");
    Wrn wrn = Wrn.run("compare", one, other, "--to", page).succeeded();
    assertThat(wrn.out()).isEqualToIgnoringNewLines(page + " compares 2 runs.");
    assertThat(Files.readString(page)).contains(">one<", ">other<", "75.00", "Keras 3");
  }

  @Test
  void jsonNamesThePageAndItsRuns() {
    Path page = temp.resolve("page.html");
    Wrn wrn = Wrn.run("compare", one, "--to", page, "--json").succeeded();
    assertThat(wrn.out())
        .isEqualToIgnoringNewLines("{\"report\":\"%s\",\"runs\":[\"%s\"]}".formatted(page, one));
    assertThat(wrn.err()).isEqualToIgnoringNewLines(page + " shows the run " + one + ".");
  }

  @Test
  void refusesWhatCannotBeCompared() throws IOException {
    Wrn.run("compare", one, temp).refused(temp.toString(), "not a run directory");
    Wrn.run("compare", one, one).refused(one.toString(), "given twice");
    Wrn.run("compare", one, "--to", temp).refused(temp.toString(), "folder");
    Wrn.run("compare").refused("RUN", "wrn compare --help");
    Files.delete(other.resolve("history.csv"));
    Wrn.run("compare", one, other).refused(other.toString(), "history.csv");
    assertThat(temp.resolve("report.html")).doesNotExist();
  }
}
