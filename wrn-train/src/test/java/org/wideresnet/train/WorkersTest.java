package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.train.cluster.ClusterSpec;
import org.wideresnet.train.cluster.Team;
import org.wideresnet.train.cluster.WorkerTeam;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

/** Two workers, each with its server, in one process. */
class WorkersTest {
  private static final int STEPS = 24;

  @TempDir Path temp;
  private CifarDataset data;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeEach
  void writeData() throws IOException {
    data = BrightImages.write(temp, 96, 30, 4);
  }

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  void twoWorkersEqualTwoTowers() throws Exception {
    Path towers = temp.resolve("towers");
    try (TrainingRun run = TrainingRun.create(towers, plan(2, 1), temp)) {
      run.train(TrainingListener.SILENT);
    }
    Path workers = temp.resolve("workers");
    assertThat(train(workers, TrainingListener.SILENT)).isPresent();

    Weights.of(workers, STEPS)
        .forEach(
            (name, values) ->
                assertThat(values)
                    .as(name)
                    .containsExactly(Weights.of(towers, STEPS).get(name), within(1e-5f)));
    List<History.Row> rows = History.open(new RunDirectory(workers).history()).rows();
    List<History.Row> expected = History.open(new RunDirectory(towers).history()).rows();
    assertThat(rows).hasSize(4);
    for (int epoch = 0; epoch < 4; epoch++) {
      assertThat(rows.get(epoch).loss()).isCloseTo(expected.get(epoch).loss(), within(1e-5));
      assertThat(rows.get(epoch).accuracy())
          .isCloseTo(expected.get(epoch).accuracy(), within(1e-5));
    }
  }

  /** Whoever stops, all end after the same step, and go on from there to the same bits. */
  @Test
  void stoppedAndResumedWorkersEndWithTheSameBits() throws Exception {
    Path whole = temp.resolve("whole");
    train(whole, TrainingListener.SILENT);
    Path parts = temp.resolve("parts");
    List<Team> team = team(plan(1, 2));
    assertThat(
            train(
                team,
                () -> TrainingRun.create(parts, plan(1, 2), temp, team.get(0)),
                new TrainingListener() {
                  @Override
                  public void stepDone(int epoch, int steps, double loss, double accuracy) {
                    if (epoch == 1 && steps == 2) {
                      team.get(1).requestStop();
                    }
                  }
                }))
        .isEmpty();
    long stopped = new RunDirectory(parts).checkpoints().latest().orElseThrow();
    assertThat(stopped).isBetween(8L, 10L);
    List<Team> again = team(plan(1, 2));
    assertThat(
            train(
                again,
                () -> TrainingRun.resume(RunDirectory.open(parts), plan(1, 2), again.get(0)),
                TrainingListener.SILENT))
        .isPresent();
    assertThat(Weights.file(parts, STEPS)).hasSameBinaryContentAs(Weights.file(whole, STEPS));
  }

  @Test
  void workersThatDisagreeAllRefuse() throws Exception {
    List<Team> team = team(plan(1, 2));
    TrainingPlan other =
        TrainingPlan.of(plan(1, 2).recipe(), data, 0, plan(1, 2).options().with("seed", 9));
    Future<Worker> follower = threads.submit(() -> new Worker(other, team.get(1)));
    Path path = temp.resolve("run");
    assertThatThrownBy(() -> TrainingRun.create(path, plan(1, 2), temp, team.get(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Worker 1 at localhost:\\d+, where this is worker 0, was started with other options,"
                + " another recipe or other data; start all workers alike\\.");
    assertThat(path).doesNotExist();
    assertThatThrownBy(follower::get)
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("Worker 0 at localhost");
    close(team);
  }

  @Test
  void aWorkerThatDoesNotComeIsWaitedForAndThenNamed() throws IOException {
    ClusterSpec cluster = new ClusterSpec(ClusterSpec.freeAddresses(3), 0);
    assertThatThrownBy(() -> WorkerTeam.join(cluster, Duration.ofSeconds(2), false))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Worker 1 at %s, worker 2 at %s cannot be reached after 2 s; start all workers within"
                + " that time, or allow more with --worker-timeout.",
            cluster.addresses().get(1), cluster.addresses().get(2));
  }

  /** The second worker joins and then never answers. */
  @Test
  void aWorkerThatDoesNotAnswerEndsTheWait() throws Exception {
    List<Team> team = team(plan(1, 2), Duration.ofSeconds(3));
    assertThatThrownBy(() -> team.get(0).sum(1f))
        .hasMessageContaining("Another worker did not answer within 3 s")
        .hasMessageContaining("--resume");
    close(team);
  }

  /** Vectors of more than a million numbers are added up in buckets, the last of another size. */
  @Test
  void largeVectorsAreAddedUpAsSmallOnesAre() throws Exception {
    List<Team> team = team(plan(1, 2));
    for (int size : new int[] {3, (1 << 20) + 5}) {
      float[] values = new float[size];
      float[] twice = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = i;
        twice[i] = 2f * i;
      }
      if (size > 3) {
        team.get(1).requestStop();
      }
      Future<float[]> other = threads.submit(() -> team.get(1).sum(values));
      assertThat(team.get(0).sum(values)).isEqualTo(twice);
      assertThat(other.get()).isEqualTo(twice);
      assertThat(team).allMatch(worker -> worker.stopAgreed() == size > 3);
    }
    close(team);
  }

  private Optional<RunConfig.Result> train(Path path, TrainingListener listener) throws Exception {
    List<Team> team = team(plan(1, 2));
    return train(team, () -> TrainingRun.create(path, plan(1, 2), temp, team.get(0)), listener);
  }

  private Optional<RunConfig.Result> train(
      List<Team> team, Callable<TrainingRun> chief, TrainingListener listener) throws Exception {
    Future<Boolean> follower =
        threads.submit(
            () -> {
              try (Worker second = new Worker(plan(1, 2), team.get(1))) {
                return second.follow();
              }
            });
    try (TrainingRun run = chief.call()) {
      Optional<RunConfig.Result> result = run.train(listener);
      assertThat(follower.get()).isEqualTo(result.isPresent());
      return result;
    } finally {
      close(team);
    }
  }

  private static void close(List<Team> team) {
    team.forEach(Team::close);
  }

  private List<Team> team(TrainingPlan plan) throws Exception {
    return team(plan, Duration.ofSeconds(60));
  }

  private List<Team> team(TrainingPlan plan, Duration limit) throws Exception {
    List<String> addresses = ClusterSpec.freeAddresses(plan.options().workers());
    List<Future<Team>> joining = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      ClusterSpec cluster = new ClusterSpec(addresses, i);
      joining.add(threads.submit(() -> WorkerTeam.join(cluster, limit, false)));
    }
    List<Team> team = new ArrayList<>();
    for (Future<Team> joined : joining) {
      team.add(joined.get());
    }
    return team;
  }

  private TrainingPlan plan(int towers, int workers) throws IOException {
    Recipe recipe = SplitTrainingTest.smallRecipe().with("epochs", 4);
    return TrainingPlan.of(
        recipe,
        data,
        0,
        ComputeSettings.DEFAULTS
            .with("deterministic", true)
            .with("towers", towers)
            .with("workers", workers));
  }
}
