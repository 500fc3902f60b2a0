package org.wideresnet.cli.model;

import org.wideresnet.cli.options.ModelOptions;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.summary.ModelSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code wrn summary}: the table of layers. */
@Command(name = "summary", description = "Prints a network's layers as Keras prints them.")
public final class SummaryCommand implements Runnable {
  @Mixin private ModelOptions model;
  @Mixin private Report report;

  private record Result(
      String model, int layers, long trainableParameters, long movingStatistics) {}

  @Override
  public void run() {
    WideResNet network = model.network();
    ModelSummary summary = new ModelSummary(network);
    report.text().println(summary.created());
    report.text().print(summary.text(Terminal.columns()));
    report.text().flush();
    report.result(
        new Result(
            network.config().name(),
            network.layers().size(),
            network.trainableParameters(),
            network.movingStatistics()));
  }
}
