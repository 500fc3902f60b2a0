package org.wideresnet.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.cli.Wrn;

class PlotCommandTest {
  @TempDir Path temp;

  @Test
  void drawsTheLayers() {
    Path file = temp.resolve("a/net.svg");
    Wrn wrn = Wrn.run("plot", "--model", "wrn-10-1", "--to", file, "--json").succeeded();
    assertThat(wrn.out()).isEqualToIgnoringNewLines("{\"file\":\"" + file + "\"}");
    assertThat(file).content().startsWith("<").contains("conv2d_3");
  }

  @Test
  void refusesAnotherFormat() {
    Wrn.run("plot", "--to", temp.resolve("net.gif")).refused("net.gif", ".svg");
    assertThat(temp).isEmptyDirectory();
  }
}
