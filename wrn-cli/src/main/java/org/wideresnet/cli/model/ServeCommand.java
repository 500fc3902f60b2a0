package org.wideresnet.cli.model;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.wideresnet.cli.options.SavedModelOptions;
import org.wideresnet.cli.terminal.Failures;
import org.wideresnet.cli.terminal.Interruption;
import org.wideresnet.export.serve.ModelServer;
import org.wideresnet.export.serve.ServerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wrn serve}: an exported model behind TensorFlow Serving's REST API. */
@Command(
    name = "serve",
    description = {
      "Serves an exported model on this machine: TensorFlow Serving's REST API, and a page to drop"
          + " pictures on.",
      "It is for trying and for tests. Clients written against it work unchanged with TensorFlow"
          + " Serving, which is what to use in production.",
      "Of a folder of versions the newest is served, and later ones as they come."
    },
    footerHeading = "%nExample:%n",
    footer = "  ${ROOT-COMMAND-NAME} serve --run-dir runs/first --port 8502")
public final class ServeCommand implements Callable<Integer> {
  private static final int BYTES_IN_MIB = 1 << 20;

  @Spec private CommandSpec spec;

  @Mixin private SavedModelOptions model;

  @Option(
      names = "--model-name",
      paramLabel = "NAME",
      defaultValue = "wrn",
      description = "The name in /v1/models/NAME (default: ${DEFAULT-VALUE}).")
  private String modelName;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "Where to listen (default: ${DEFAULT-VALUE}, this machine alone; 0.0.0.0: all its"
              + " networks).")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8501",
      description = "The port; 0 for any that is free (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "How many requests are computed at the same time (default: the number of processors).")
  private int threads = ServerOptions.DEFAULT.threads();

  @Option(
      names = "--queue",
      paramLabel = "N",
      defaultValue = "128",
      description =
          "How many more may wait; others get status 503 at once (default: ${DEFAULT-VALUE}).")
  private int queue;

  @Option(
      names = {"--max-request", "--max-request-mib"},
      paramLabel = "MIB",
      description =
          "How large a request may be; a larger one gets status 413 (default: a sixteenth of the"
              + " Java heap). All together may take half of the heap; WRN_JAVA_OPTS=-Xmx sets it.")
  private Integer maxRequestMib;

  @Override
  public Integer call() throws IOException {
    if (maxRequestMib != null && (maxRequestMib < 1 || maxRequestMib > 1024)) {
      throw new IllegalArgumentException(
          "--max-request is %d; it must be in 1 to 1024.".formatted(maxRequestMib));
    }
    int maxRequestBytes =
        maxRequestMib == null
            ? ServerOptions.DEFAULT.maxRequestBytes()
            : maxRequestMib * BYTES_IN_MIB;
    ServerOptions options =
        new ServerOptions(host, port, modelName, threads, queue, maxRequestBytes);
    PrintWriter out = spec.commandLine().getOut();
    Path savedModel = model.folder(spec.commandLine().getErr()::println);
    CountDownLatch stop = new CountDownLatch(1);
    try (Interruption interruption = new Interruption();
        ModelServer server =
            ModelServer.start(savedModel, model.trusted(), options, out::println)) {
      interruption.onSignal(stop::countDown);
      out.println(
          "Serving version %d of %s: %s is a page to try it, %sv1/models/%s the API; Ctrl-C ends it."
              .formatted(server.version(), savedModel, server.uri(), server.uri(), modelName));
      stop.await();
      out.println("Finishing what has been asked so far ...");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Failures.INTERRUPTED;
  }
}
