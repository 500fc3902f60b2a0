package org.wideresnet.cli.data;

import org.wideresnet.cli.terminal.CommandGroup;
import picocli.CommandLine.Command;

/** {@code wrn data}: the data sets. */
@Command(
    name = "data",
    description = "Makes, fetches, checks and shows data sets.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DataDownloadCommand.class,
      DataGenerateCommand.class,
      DataImportCommand.class,
      DataVerifyCommand.class,
      DataInfoCommand.class,
      DataPreviewCommand.class
    })
public final class DataCommand extends CommandGroup {}
