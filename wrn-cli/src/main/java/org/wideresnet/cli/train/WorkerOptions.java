package org.wideresnet.cli.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.wideresnet.cli.options.Sets;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.train.cluster.ClusterSpec;
import org.wideresnet.train.cluster.PortGuard;
import org.wideresnet.train.cluster.Team;
import org.wideresnet.train.cluster.WorkerTeam;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.device.WorkerGpus;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;
import org.wideresnet.train.settings.tree.SettingsTree;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options that split the work of a step between processes. */
final class WorkerOptions {
  private static final int TIMEOUT_SECONDS = 60;

  /** GPUs that are named for all workers, as {@code --device} and {@code --device=} take them. */
  private static final Pattern OWN_GPU = Pattern.compile("^(--device=|)gpu:[\\d,]+$");

  @Sets("options.workers")
  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Train with N processes on this machine, each on a GPU of its own where there are GPUs; "
              + "on several machines set TF_CONFIG and start each of them (default: 1).")
  private Integer workers;

  @Option(
      names = "--worker-timeout",
      paramLabel = "SECONDS",
      description = "Wait no longer for another worker (default: " + TIMEOUT_SECONDS + ").")
  private int timeout = TIMEOUT_SECONDS;

  @Option(
      names = "--trust-network",
      description =
          "Workers of several machines let whoever reaches their ports read and write this user's "
              + "files; say that only the workers do.")
  private boolean trustNetwork;

  private WorkerGpus gpus;

  /**
   * Adds what the environment says to what was given. Where this process starts workers, GPUs that
   * are named are shared out: to a worker, the one that it has is the first.
   *
   * @param base the settings of a run that are taken over; null for the defaults
   * @throws IllegalArgumentException if both name workers, the timeout is no time, a GPU is not
   *     there, or the network is not said to be trusted and must be
   */
  void addTo(ObjectNode given, ComputeSettings base) {
    if (timeout < 1) {
      throw new IllegalArgumentException(
          "--worker-timeout is %d; it must be 1 or more.".formatted(timeout));
    }
    Optional<ClusterSpec> cluster = cluster();
    if (cluster.isPresent() && workers != null) {
      throw new IllegalArgumentException(
          "--workers starts processes on this machine and %s names those of several; use one of them."
              .formatted(ClusterSpec.VARIABLE));
    }
    if (!trustNetwork) {
      cluster.ifPresent(PortGuard::check);
    }
    cluster.ifPresent(spec -> SettingsTree.set(given, "options.workers", spec.addresses().size()));
    ComputeSettings others = base == null ? ComputeSettings.DEFAULTS : base;
    if (startsWorkers(workers == null ? others.workers() : workers)) {
      JsonNode device = given.at("/options/device");
      gpus =
          WorkerGpus.of(
              device.isMissingNode() ? others.device() : new DeviceChoice(device.asText()));
      if (device.asText().startsWith("gpu")) {
        SettingsTree.set(given, "options.device", "gpu");
      }
    }
  }

  private static Optional<ClusterSpec> cluster() {
    return ClusterSpec.of(System.getenv());
  }

  /** Returns whether this process is a worker but not the chief. */
  boolean isFollower() {
    return cluster().filter(cluster -> !cluster.isChief()).isPresent();
  }

  /** Returns whether this process is to start the workers instead of being one. */
  boolean startsWorkers(int count) {
    return count > 1 && cluster().isEmpty();
  }

  /** Returns the devices that the training has, without a session where it is that of others. */
  Devices devices(ComputeSettings settings) {
    return gpus == null ? Devices.of(settings) : gpus.devicesOfWorker(settings.device());
  }

  /** Returns the workers on this machine, which are not started yet. */
  LocalWorkers local(ComputeSettings options, Path run) {
    return new LocalWorkers(options.workers(), run, timeout(), gpus, options.deterministic());
  }

  /**
   * Returns the command line of a worker: that of this process, for a certain run, on its own GPU.
   */
  List<String> workerArguments(CommandSpec command, Path run) {
    return workerArguments(command.root().commandLine().getParseResult().originalArgs(), run);
  }

  static List<String> workerArguments(List<String> words, Path run) {
    List<String> arguments = new ArrayList<>();
    Iterator<String> given = words.iterator();
    while (given.hasNext()) {
      String word = given.next();
      if (word.equals("--workers") || word.equals("--run-dir")) {
        given.next();
      } else if (!word.startsWith("--workers=") && !word.startsWith("--run-dir=")) {
        arguments.add(OWN_GPU.matcher(word).replaceFirst("$1gpu"));
      }
    }
    arguments.addAll(List.of("--run-dir", run.toString()));
    return arguments;
  }

  /** Returns how long to wait for another worker. */
  Duration timeout() {
    return Duration.ofSeconds(timeout);
  }

  /** Waits for the other workers, if there are any. */
  Team join(Report report) throws IOException {
    Optional<ClusterSpec> cluster = cluster();
    if (cluster.isEmpty()) {
      return Team.alone();
    }
    ClusterSpec spec = cluster.get();
    report.note(
        "Worker %d of %d, waiting for the others".formatted(spec.index(), spec.addresses().size()));
    return WorkerTeam.join(spec, timeout(), trustNetwork);
  }
}
