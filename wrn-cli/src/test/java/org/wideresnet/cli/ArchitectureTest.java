package org.wideresnet.cli;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.proto.ConfigProto;
import org.wideresnet.export.load.LoadedModel;
import org.wideresnet.model.variables.Sessions;

/** What ARCHITECTURE.md says of who may know whom. */
class ArchitectureTest {
  private static final int MOST_CLASSES_OF_A_PACKAGE = 14;

  private static final JavaClasses PROJECT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.wideresnet");

  @Test
  void dependenciesHaveOneDirection() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("model")
        .definedBy("org.wideresnet.model..")
        .layer("data")
        .definedBy("org.wideresnet.data..")
        .layer("export")
        .definedBy("org.wideresnet.export..")
        .layer("train")
        .definedBy("org.wideresnet.train..")
        .layer("cli")
        .definedBy("org.wideresnet.cli..")
        .ensureAllClassesAreContainedInArchitectureIgnoring("org.tensorflow..")
        .whereLayer("model")
        .mayNotAccessAnyLayer()
        .whereLayer("data")
        .mayNotAccessAnyLayer()
        .whereLayer("export")
        .mayOnlyAccessLayers("model")
        .whereLayer("train")
        .mayOnlyAccessLayers("model", "data", "export")
        .check(PROJECT);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.wideresnet.(**)").should().beFreeOfCycles().check(PROJECT);
  }

  @Test
  void aPackageCanBeSurveyed() {
    Map<String, Long> classes =
        PROJECT.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .collect(groupingBy(JavaClass::getPackageName, counting()));
    assertThat(classes)
        .allSatisfy(
            (name, count) ->
                assertThat(count).as(name).isLessThanOrEqualTo(MOST_CLASSES_OF_A_PACKAGE));
  }

  @Test
  void aStepKnowsNeitherOtherProcessesNorRuns() {
    noClasses()
        .that()
        .resideInAPackage("org.wideresnet.train.step")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.wideresnet.train",
            "org.wideresnet.train.cluster",
            "org.wideresnet.train.run",
            "org.wideresnet.train.metrics",
            "org.wideresnet.train.report..")
        .check(PROJECT);
  }

  /** Commands hold options and messages; what they do is a call of a module below. */
  @Test
  void theCommandLineHoldsNoLogic() {
    noClasses()
        .that()
        .resideInAPackage("org.wideresnet.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.tensorflow.ndarray..",
            "org.tensorflow.op..",
            "org.tensorflow.types..",
            "org.wideresnet.export.graph",
            "org.wideresnet.export.write",
            "org.wideresnet.train.step")
        .check(PROJECT);
  }

  @Test
  void allRandomnessHasASeed() {
    noClasses()
        .should()
        .callMethod(Math.class, "random")
        .orShould()
        .callConstructor(Random.class)
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.security.SecureRandom")
        .check(PROJECT);
  }

  /** A session of its own kind would open other GPUs than the rest, or take all their memory. */
  @Test
  void sessionsHaveTheirConfigurationFromOnePlace() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Sessions.class)
        .should()
        .accessTargetWhere(
            target(owner(type(Session.class))).and(target(name("<init>"))).as("new Session(...)"))
        .orShould()
        .callMethodWhere(target(owner(type(SavedModelBundle.class))).and(target(name("load"))))
        .check(PROJECT);
    noClasses()
        .that()
        .doNotBelongToAnyOf(Sessions.class)
        .should()
        .callMethodWhere(
            target(owner(type(ConfigProto.class)))
                .and(target(nameMatching("newBuilder|getDefaultInstance"))))
        .check(PROJECT);
    classes()
        .that()
        .haveSimpleName("LoadedModel")
        .should()
        .callMethod(SavedModelBundle.Loader.class, "withConfigProto", ConfigProto.class)
        .check(PROJECT);
  }

  /** TF32 differs by more than what an export is refused for. */
  @Test
  void anExportIsCheckedOnTheCpu() {
    noClasses()
        .that()
        .resideInAPackage("org.wideresnet.export.write")
        .should()
        .callMethod(LoadedModel.class, "load", Path.class)
        .orShould()
        .callMethod(Sessions.class, "onGpus", List.class)
        .check(PROJECT);
  }

  @Test
  void onlyMainEndsTheProcess() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(Main.class.getName())
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(PROJECT);
  }

  @Test
  void onlyTheCommandLineKnowsPicocliAndTheStandardStreams() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.wideresnet.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(PROJECT);
  }

  @Test
  void namesSayWhatAClassIs() {
    classes().should().haveNameNotMatching(".*(Manager|Helper|Utils?)").check(PROJECT);
  }
}
