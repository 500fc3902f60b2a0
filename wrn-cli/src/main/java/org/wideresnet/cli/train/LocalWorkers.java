package org.wideresnet.cli.train;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.wideresnet.cli.terminal.Interruption;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.data.pipeline.Determinism;
import org.wideresnet.train.cluster.ClusterSpec;
import org.wideresnet.train.cluster.PortGuard;
import org.wideresnet.train.device.WorkerGpus;

/**
 * Workers on this machine, each a process of this same command that {@code TF_CONFIG} tells which
 * one it is. They share out the cores.
 *
 * @param count how many
 * @param run the directory of the run, which keeps the output of all but the chief
 * @param timeout how long workers wait for each other
 * @param gpus the GPUs that they share out
 * @param deterministic whether two trainings agree to the last bit
 */
record LocalWorkers(int count, Path run, Duration timeout, WorkerGpus gpus, boolean deterministic) {
  /** Named by its name, because it knows the commands and these do not know it. */
  private static final String MAIN = "org.wideresnet.cli.Main";

  /**
   * Runs them to their end.
   *
   * @param arguments the command line of a worker
   * @return the exit code of the chief
   */
  int run(List<String> arguments, Report report) throws IOException {
    Files.createDirectories(run);
    int cores = Math.max(1, Runtime.getRuntime().availableProcessors() / count);
    report.note(
        "Starting %d workers with %d core%s each; all but the first write to %s"
            .formatted(count, cores, cores == 1 ? "" : "s", log(1)));
    if (!gpus.names().isEmpty()) {
      report.note(
          "Their GPUs, in order: "
              + IntStream.range(0, count)
                  .mapToObj(worker -> gpus.ofWorker(worker).orElseThrow())
                  .collect(Collectors.joining(", ")));
    }
    List<Process> workers = new ArrayList<>();
    try (Interruption interruption = new Interruption()) {
      List<String> addresses = ClusterSpec.freeAddresses(count);
      for (int i = 0; i < count; i++) {
        workers.add(process(i, addresses, cores, arguments).start());
      }
      interruption.onSignal(() -> workers.forEach(Process::destroy));
      int code = workers.get(0).waitFor();
      end(workers.subList(1, count), code, report);
      return code;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("The wait for the workers was interrupted.", e);
    } finally {
      workers.forEach(Process::destroyForcibly);
    }
  }

  /** Returns a worker that is not started yet. */
  ProcessBuilder process(int index, List<String> addresses, int cores, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-XX:ActiveProcessorCount=" + cores);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(MAIN);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    if (index > 0) {
      builder
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log(index).toFile()));
    }
    builder.environment().putAll(environment(index, addresses));
    return builder;
  }

  private Map<String, String> environment(int index, List<String> addresses) throws IOException {
    Map<String, String> environment = new HashMap<>();
    Map<String, Object> config =
        Map.of(
            "cluster", Map.of("worker", addresses),
            "task", Map.of("type", "worker", "index", index));
    environment.put(ClusterSpec.VARIABLE, JsonMapper.builder().build().writeValueAsString(config));
    environment.put(PortGuard.SHARED_PORTS, "true");
    gpus.ofWorker(index).ifPresent(gpu -> environment.put(WorkerGpus.VARIABLE, gpu));
    if (deterministic) {
      environment.put(Determinism.VARIABLE, "1");
    }
    // What TensorFlow logs when a worker is gone is said in a sentence by the others.
    environment.put("TF_CPP_MIN_LOG_LEVEL", "3");
    return environment;
  }

  /** The others notice within the timeout if the chief is gone. */
  private void end(List<Process> others, int chiefCode, Report report)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.plusSeconds(10).toNanos();
    for (int i = 0; i < others.size(); i++) {
      Process worker = others.get(i);
      if (!worker.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        report.warn("Worker %d did not end and was stopped.".formatted(i + 1));
      } else if (worker.exitValue() != chiefCode) {
        report.warn(
            "Worker %d ended with code %d; %s says why."
                .formatted(i + 1, worker.exitValue(), log(i + 1)));
      }
    }
  }

  private Path log(int index) {
    return run.resolve(".worker-%d.log".formatted(index));
  }
}
