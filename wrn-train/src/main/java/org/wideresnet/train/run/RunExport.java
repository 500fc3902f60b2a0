package org.wideresnet.train.run;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.export.load.ModelVersions;

/** The exported model that a run keeps in its folder, {@code saved-model/VERSION}. */
public final class RunExport {
  private static final String FOLDER = "saved-model";
  private static final String DESCRIPTION = "export.json";

  private RunExport() {}

  /**
   * Exports a checkpoint into the folder of its run, unless one of the versions there is of this
   * checkpoint already.
   *
   * @param step the step of the checkpoint
   * @return the folder of the versions, which holds one of this checkpoint now
   * @throws IllegalArgumentException if there is no such checkpoint
   * @throws IOException if the model cannot be written, or answers otherwise than the checkpoint
   */
  public static Path ofStep(RunDirectory run, long step) throws IOException {
    Path folder = run.path().resolve(FOLDER);
    ModelVersions versions = new ModelVersions(folder);
    for (long version : versions.numbers()) {
      if (step(versions.folder(version)) == step) {
        return folder;
      }
    }
    SavedModelExporter.export(
        run.checkpoints().find(step), folder, ExportOptions.DEFAULT.with(training(run)));
    return folder;
  }

  /**
   * Exports the last checkpoint of a run as {@link #ofStep} does.
   *
   * @throws IllegalArgumentException if the run has none yet
   */
  public static Path ofLatest(RunDirectory run) throws IOException {
    run.checkpoint("latest");
    return ofStep(run, run.checkpoints().latest().orElseThrow());
  }

  /** Returns how a run was trained, for the card of its exports. */
  public static ExportOptions.Training training(RunDirectory run) throws IOException {
    RunConfig config = RunConfig.read(run.runJson());
    return new ExportOptions.Training(
        run.path().toAbsolutePath().normalize().getFileName().toString(),
        config.recipe().toYaml(),
        config.versions().project());
  }

  /** Returns the step of the checkpoint that an export was made from; -1 if it does not say. */
  private static long step(Path export) throws IOException {
    Path description = export.resolve(DESCRIPTION);
    return Files.isRegularFile(description)
        ? new JsonMapper().readTree(description.toFile()).path("step").asLong(-1)
        : -1;
  }
}
