package org.wideresnet.model.plot;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.wideresnet.model.WideResNet;

/**
 * The picture of a network that Keras draws with {@code plot_model(model, show_shapes=True,
 * show_layer_names=True)}: a box for each layer with its name, class and shapes, from the images at
 * the top to the classes at the bottom, and an arrow for each input. Drawn in Java; Graphviz is not
 * needed.
 */
public final class ModelPlot {
  private final WideResNet network;

  private ModelPlot(WideResNet network) {
    this.network = network;
  }

  /** Returns the picture of a network. */
  public static ModelPlot of(WideResNet network) {
    return new ModelPlot(network);
  }

  /**
   * Writes the picture to a file, replacing an older one: as PNG, SVG or in Graphviz' language, as
   * the file's suffix {@code .png}, {@code .svg} or {@code .dot} says. Missing folders are made.
   * After a failure nothing is left of it, and the older file is still there.
   *
   * @throws IllegalArgumentException if the suffix is another, or the network is too deep for a
   *     readable PNG
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    byte[] content = content(file);
    Path folder = file.toAbsolutePath().getParent();
    Path unfinished = folder.resolve("." + file.getFileName() + ".unfinished");
    try {
      Files.createDirectories(folder);
      Files.write(unfinished, content);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      unfinished.toFile().delete();
      throw new IOException(
          "The picture %s could not be written: %s.".formatted(file, reason(e)), e);
    }
  }

  /**
   * Returns the picture as grey pixels, two of them a point, fewer where it would get taller than
   * 32,767.
   *
   * @throws IllegalArgumentException if the network is too deep for a readable picture
   */
  public BufferedImage image() {
    return PngCanvas.paint(Drawing.of(network));
  }

  /** Returns the picture as an SVG document. */
  public String svg() {
    return SvgCanvas.paint(Drawing.of(network), network.config().name());
  }

  /** Returns the picture in Graphviz' language, as Keras' {@code model_to_dot} makes it. */
  public String dot() {
    return DotWriter.write(network);
  }

  private byte[] content(Path file) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".png")) {
      return png();
    }
    if (name.endsWith(".svg")) {
      return svg().getBytes(StandardCharsets.UTF_8);
    }
    if (name.endsWith(".dot")) {
      return dot().getBytes(StandardCharsets.UTF_8);
    }
    throw new IllegalArgumentException(
        "The picture '"
            + file
            + "' has an unknown format; its name must end in .png, .svg or .dot.");
  }

  private byte[] png() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image(), "png", stream);
    }
    return bytes.toByteArray();
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    return e instanceof FileSystemException ? e.getClass().getSimpleName() : e.getMessage();
  }
}
