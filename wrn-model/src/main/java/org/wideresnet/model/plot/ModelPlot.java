package org.wideresnet.model.plot;

import com.google.common.io.MoreFiles;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.files.AtomicFile;

/**
 * The picture of a network that Keras draws with {@code plot_model(model, show_shapes=True,
 * show_layer_names=True)}: a box for each layer with its name, class and shapes, from the images at
 * the top to the classes at the bottom, and an arrow for each input. Drawn in Java; Graphviz is not
 * needed.
 *
 * @param network what is drawn
 */
public record ModelPlot(WideResNet network) {

  /**
   * Writes the picture to a file, replacing an older one: as PNG, SVG or in Graphviz' language, as
   * the file's suffix {@code .png}, {@code .svg} or {@code .dot} says; see {@link AtomicFile}.
   *
   * @throws IllegalArgumentException if the suffix is another, or the network is too deep for a
   *     readable PNG
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    switch (MoreFiles.getFileExtension(file).toLowerCase(Locale.ROOT)) {
      case "png" -> AtomicFile.write(file, png());
      case "svg" -> AtomicFile.write(file, svg());
      case "dot" -> AtomicFile.write(file, dot());
      default ->
          throw new IllegalArgumentException(
              "The picture '%s' has an unknown format; its name must end in .png, .svg or .dot."
                  .formatted(file));
    }
  }

  /** Returns the picture: grey pixels, two a point; fewer where it would be over 32,767 high. */
  public BufferedImage image() {
    return PngCanvas.paint(Drawing.of(network));
  }

  String svg() {
    return SvgCanvas.paint(Drawing.of(network), network.config().name());
  }

  String dot() {
    return DotWriter.write(network);
  }

  private byte[] png() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image(), "png", stream);
    }
    return bytes.toByteArray();
  }
}
