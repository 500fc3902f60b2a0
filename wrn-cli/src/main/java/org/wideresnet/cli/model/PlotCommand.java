package org.wideresnet.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.wideresnet.cli.options.ModelOptions;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.plot.ModelPlot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wrn plot}: the picture of the layers. */
@Command(name = "plot", description = "Draws a network's layers as Keras' plot_model draws them.")
public final class PlotCommand implements Callable<Integer> {
  @Mixin private ModelOptions model;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "A .png, .svg or .dot file (default: WRN-16-2.png and so on).")
  private Path file;

  @Mixin private Report report;

  private record Result(String file) {}

  @Override
  public Integer call() throws IOException {
    WideResNet network = model.network();
    Path target = file == null ? Path.of(network.config().name() + ".png") : file;
    new ModelPlot(network).write(target);
    report.note("The picture is in %s".formatted(target));
    report.result(new Result(target.toString()));
    return 0;
  }
}
