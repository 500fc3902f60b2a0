package org.wideresnet.model.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNet;
import org.xml.sax.InputSource;

class ModelPlotTest {
  private static final WideResNet NETWORK = WideResNet.of(Variant.KERAS.config(10, 1, 10));

  @TempDir private Path folder;

  @Test
  void svgHoldsTheTextsOfKerasPicture() throws Exception {
    assertThat(texts(parse(new ModelPlot(NETWORK).svg())))
        .startsWith(
            "input_layer (InputLayer)",
            "Output shape: (None, 32, 32, 3)",
            "conv2d (Conv2D)",
            "Input shape: (None, 32, 32, 3)",
            "Output shape: (None, 32, 32, 16)")
        .containsSequence(
            "add (Add)",
            "Input shape: [(None, 32, 32, 16), (None, 32, 32, 16)]",
            "Output shape: (None, 32, 32, 16)")
        .endsWith("dense (Dense)", "Input shape: (None, 64)", "Output shape: (None, 10)");
  }

  @Test
  void svgHasAnArrowForEachInputAndTheSizeOfTheDrawing() throws Exception {
    Document svg = parse(new ModelPlot(NETWORK).svg());
    int inputs = NETWORK.layers().stream().mapToInt(layer -> layer.inputs().size()).sum();
    assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(inputs);
    assertThat(svg.getElementsByTagName("polygon").getLength()).isEqualTo(inputs);
    Element root = svg.getDocumentElement();
    assertThat(root.getAttribute("viewBox"))
        .isEqualTo("0 0 " + root.getAttribute("width") + " " + root.getAttribute("height"));
  }

  @Test
  void dotHasTheNodesAndEdgesThatKerasWrites() {
    String dot = new ModelPlot(NETWORK).dot();
    assertThat(dot)
        .startsWith("digraph \"WRN-10-1\" {\nrankdir=TB;\n")
        .contains(
            "\nconv2d [label=<<table border=\"0\" cellborder=\"1\" bgcolor=\"black\""
                + " cellpadding=\"10\"><tr><td colspan=\"2\" bgcolor=\"black\">"
                + "<font point-size=\"16\" color=\"white\"><b>conv2d</b> (Conv2D)</font></td></tr>"
                + "<tr><td bgcolor=\"white\"><font point-size=\"14\">"
                + "Input shape: <b>(None, 32, 32, 3)</b></font></td><td bgcolor=\"white\">"
                + "<font point-size=\"14\">Output shape: <b>(None, 32, 32, 16)</b></font></td></tr>"
                + "</table>>];\n")
        .contains("\nconv2d_2 -> add;\nconv2d_3 -> add;\n")
        .endsWith("flatten -> dense;\n}\n");
    assertThat(dot.lines().filter(line -> line.contains("[label=")))
        .hasSameSizeAs(NETWORK.layers());
  }

  @Test
  void pngShowsBlackBandsWithWhiteTextAboveWhiteCells() throws IOException {
    Path file = folder.resolve("new/WRN-10-1.PNG");
    new ModelPlot(NETWORK).write(file);
    BufferedImage image = ImageIO.read(file.toFile());
    Drawing drawing = Drawing.of(NETWORK);
    assertThat(image.getHeight()).isEqualTo((int) (2 * drawing.height()));
    assertThat(image.getRGB(0, 0)).isEqualTo(0xffffffff);
    for (LayerBox box : drawing.boxes()) {
      int left = (int) (2 * box.x());
      int right = (int) (2 * (box.x() + box.width()));
      int top = (int) (2 * box.y());
      // A row through the middle of the title: mostly black; through the cells: mostly white.
      assertThat(share(image, left, right, top + 42, 0)).isBetween(0.4, 0.98);
      assertThat(share(image, left, right, top + 42, 255)).isBetween(0.01, 0.4);
      assertThat(share(image, left, right, top + 128, 255)).isBetween(0.4, 0.98);
      assertThat(share(image, left, right, top + 128, 0)).isBetween(0.01, 0.4);
    }
  }

  @Test
  void deepNetworksGetASmallerScaleAndVeryDeepOnesNoPng() {
    BufferedImage image = new ModelPlot(WideResNet.of(Variant.PAPER.config(46, 1, 10))).image();
    assertThat(image.getHeight()).isEqualTo(32_767);
    ModelPlot plot = new ModelPlot(WideResNet.of(Variant.PAPER.config(304, 1, 10)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plot.write(folder.resolve("deep.png")))
        .withMessage(
            "The network is too deep for a readable PNG; write its picture as .svg or .dot.");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void replacesAnOlderFileAndLeavesNothingElse() throws IOException {
    Path svg = Files.writeString(folder.resolve("a.svg"), "old");
    new ModelPlot(NETWORK).write(svg);
    assertThat(svg).hasContent(new ModelPlot(NETWORK).svg());
    Path dot = folder.resolve("b.dot");
    new ModelPlot(NETWORK).write(dot);
    assertThat(dot).hasContent(new ModelPlot(NETWORK).dot());
    assertThat(folder).isDirectoryNotContaining(file -> !List.of(svg, dot).contains(file));
  }

  @Test
  void refusesAnotherSuffix() {
    Path file = folder.resolve("new/plot.jpg");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelPlot(NETWORK).write(file))
        .withMessage(
            "The picture '%s' has an unknown format; its name must end in .png, .svg or .dot.",
            file);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void saysWhatCouldNotBeWritten() throws IOException {
    Path inTheWay = Files.createDirectories(folder.resolve("plot.dot/inside")).getParent();
    assertThatThrownBy(() -> new ModelPlot(NETWORK).write(inTheWay))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(inTheWay + " could not be written: ");
    assertThat(folder).isDirectoryNotContaining(file -> !file.equals(inTheWay));

    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> new ModelPlot(NETWORK).write(file.resolve("plot.dot")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("could not be written");
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<String> texts(Document svg) {
    NodeList texts = svg.getElementsByTagName("text");
    return IntStream.range(0, texts.getLength())
        .mapToObj(i -> texts.item(i).getTextContent())
        .toList();
  }

  /** The share of pixels of one value in a part of a row. */
  private static double share(BufferedImage image, int left, int right, int y, int value) {
    long count =
        IntStream.range(left, right)
            .filter(x -> image.getRaster().getSample(x, y, 0) == value)
            .count();
    return count / (double) (right - left);
  }
}
