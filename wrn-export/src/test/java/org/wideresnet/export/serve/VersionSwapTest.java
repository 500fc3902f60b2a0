package org.wideresnet.export.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.export.serve.TestServer.Reply;

/** What happens to clients while versions come and go. */
class VersionSwapTest {
  private static final BufferedImage PICTURE = TestServer.picture(32, 32, 1);
  private static final String REQUEST = "{\"instances\": [%s]}".formatted(TestServer.json(PICTURE));

  @TempDir static Path temp;
  private static Path exports;
  private static final ExecutorService CLIENTS = Executors.newFixedThreadPool(8);

  /** Version 1 to 3 of a model, to be copied where a test wants them. */
  @BeforeAll
  static void export() throws IOException {
    exports = temp.resolve("exports");
    for (long version = 1; version <= 3; version++) {
      TestServer.export(exports, version, version);
    }
  }

  @AfterAll
  static void stop() {
    CLIENTS.shutdownNow();
  }

  @Test
  void newVersionsTakeOverUnderLoadWithoutAFailedRequest(@TempDir Path models) throws Exception {
    publish(1, models);
    try (TestServer server = TestServer.start(models, TestServer.OPTIONS)) {
      AtomicBoolean stop = new AtomicBoolean();
      List<Future<Set<JsonNode>>> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(CLIENTS.submit(() -> ask(server, stop)));
      }
      publish(2, models);
      await(() -> server.server().version() == 2);
      remove(1, models);
      publish(3, models);
      await(() -> server.server().version() == 3);
      remove(2, models);
      stop.set(true);
      Set<JsonNode> answers = new HashSet<>();
      for (Future<Set<JsonNode>> client : clients) {
        answers.addAll(client.get());
      }
      assertThat(answers).as("answers of three versions").hasSize(3);
      assertThat(server.log()).containsExactly("Version 2 answers now.", "Version 3 answers now.");
      assertThat(states(server)).containsExactly("3 AVAILABLE OK", "2 END OK", "1 END OK");
      assertThat(server.post("/v1/models/wrn/versions/1:predict", REQUEST).error())
          .isEqualTo("Servable not found for request: Specific(wrn, 1)");
    }
  }

  @Test
  void theOlderVersionComesBackWhenTheNewestIsRemoved(@TempDir Path models) throws IOException {
    publish(1, models);
    publish(2, models);
    try (TestServer server = TestServer.start(models, TestServer.OPTIONS)) {
      assertThat(server.server().version()).isEqualTo(2);
      remove(2, models);
      await(() -> server.server().version() == 1);
      assertThat(states(server)).containsExactly("2 END OK", "1 AVAILABLE OK");
    }
  }

  @Test
  void aVersionThatCannotBeLoadedChangesNothing(@TempDir Path models) throws IOException {
    publish(1, models);
    try (TestServer server = TestServer.start(models, TestServer.OPTIONS)) {
      Files.createDirectories(models.resolve("2"));
      Files.writeString(models.resolve("2/saved_model.pb"), "no model");
      await(() -> !server.log().isEmpty());
      assertThat(server.log().get(0))
          .startsWith(
              "Version 2 is left out: The folder %s/2 holds no SavedModel".formatted(models));
      assertThat(states(server)).containsExactly("2 END INVALID_ARGUMENT", "1 AVAILABLE OK");
      assertThat(server.predict(REQUEST).status()).isEqualTo(200);
      remove(2, models);
      publish(2, models); // as a copy does that is complete at last
      await(() -> server.server().version() == 2 && server.log().size() == 2);
    }
  }

  @Test
  void aVersionThatCannotBeLoadedIsTriedAgainWhenItHasChanged(@TempDir Path models)
      throws IOException {
    publish(1, models);
    List<Path> tried = new ArrayList<>();
    List<String> log = new ArrayList<>();
    ServedVersions.Loader loader =
        (folder, version, threads) -> {
          tried.add(folder);
          if (version == 2) {
            throw new NoClassDefFoundError("org/example/Missing");
          }
          return ServedModel.load(folder, version, threads, false);
        };
    try (ServedVersions versions = ServedVersions.open(models, 1, log::add, loader, folder -> {})) {
      publish(2, models);
      for (int i = 0; i < 3; i++) {
        versions.poll();
      }
      assertThat(tried).containsExactly(models.resolve("1"), models.resolve("2"));
      assertThat(log).hasSize(1);
      assertThat(log.get(0)).contains("Version 2", "org/example/Missing");
      assertThat(versions.current().version()).isEqualTo(1);

      Path graph = models.resolve("2/saved_model.pb");
      Files.setLastModifiedTime(graph, FileTime.fromMillis(1_000_000));
      versions.poll();
      versions.poll();
      assertThat(tried).hasSize(3);
      assertThat(log).as("the same failure is said once").hasSize(1);

      publish(3, models);
      versions.poll();
      assertThat(versions.current().version()).isEqualTo(3);
      remove(3, models);
      versions.poll();
      assertThat(versions.current().version()).isEqualTo(3);
    }
  }

  @Test
  void aVersionThatFailsItsTrialIsNeverLoaded(@TempDir Path models) throws IOException {
    publish(1, models);
    List<Path> loaded = new ArrayList<>();
    List<String> log = new ArrayList<>();
    ServedVersions.Loader loader =
        (folder, version, threads) -> {
          loaded.add(folder);
          return ServedModel.load(folder, version, threads, false);
        };
    ServedVersions.Trial trial =
        folder -> {
          throw new IllegalArgumentException("It ended its process.");
        };
    try (ServedVersions versions = ServedVersions.open(models, 1, log::add, loader, trial)) {
      publish(2, models);
      versions.poll();
      assertThat(loaded).containsExactly(models.resolve("1"));
      assertThat(log).containsExactly("Version 2 is left out: It ended its process.");
      assertThat(versions.current().version()).isEqualTo(1);
    }
  }

  @Test
  void goesOnWhenTheFolderIsEmptied(@TempDir Path models) throws IOException {
    publish(1, models);
    try (ServedVersions versions = ServedVersions.open(models, 1, false, line -> {})) {
      remove(1, models);
      versions.poll();
      assertThat(versions.current().version()).isEqualTo(1);
      ServedModel model = versions.enter(1L);
      assertThat(model).isSameAs(versions.current());
      model.leave();
    }
  }

  @Test
  void aVersionByItselfIsServedForGood() throws IOException {
    try (ServedVersions versions =
        ServedVersions.open(exports.resolve("2"), 1, false, line -> {})) {
      versions.poll();
      assertThat(versions.current().version()).isEqualTo(2);
    }
  }

  @Test
  void aRetiredVersionFreesItsMemoryWhenTheLastRequestHasLeft() throws Exception {
    ServedVersions versions = ServedVersions.open(exports.resolve("1"), 1, false, line -> {});
    ServedModel model = versions.enter(null);
    versions.close();
    assertThat(versions.enter(null)).isNull();
    byte[] body = REQUEST.getBytes(StandardCharsets.UTF_8);
    PredictRequest request = PredictRequest.parse(JsonBody.parse(body), model.signatures());
    Predictor predictor = new Predictor(model);
    assertThat(predictor.predict(request)).containsKey("probabilities");
    model.leave();
    assertThatThrownBy(() -> predictor.predict(request)).isInstanceOf(IllegalStateException.class);
  }

  private static Set<JsonNode> ask(TestServer server, AtomicBoolean stop) {
    Set<JsonNode> answers = new HashSet<>();
    while (!stop.get()) {
      Reply reply = server.predict(REQUEST);
      assertThat(reply.status()).as(reply.response().body()).isEqualTo(200);
      answers.add(reply.json());
    }
    return answers;
  }

  private static List<String> states(TestServer server) {
    List<String> states = new ArrayList<>();
    for (JsonNode state : server.get("/v1/models/wrn").json().path("model_version_status")) {
      states.add(
          "%s %s %s"
              .formatted(
                  state.path("version").asText(),
                  state.path("state").asText(),
                  state.at("/status/error_code").asText()));
    }
    return states;
  }

  private static void publish(long version, Path models) throws IOException {
    Path from = exports.resolve(Long.toString(version));
    Path unfinished = models.resolve(".unfinished");
    Files.createDirectories(unfinished.resolve("assets"));
    Files.copy(from.resolve("saved_model.pb"), unfinished.resolve("saved_model.pb"));
    Files.copy(from.resolve("assets/labels.txt"), unfinished.resolve("assets/labels.txt"));
    Files.move(unfinished, models.resolve(Long.toString(version)));
  }

  private static void remove(long version, Path models) throws IOException {
    MoreFiles.deleteRecursively(
        models.resolve(Long.toString(version)), RecursiveDeleteOption.ALLOW_INSECURE);
  }

  private static void await(BooleanSupplier condition) {
    for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }
}
