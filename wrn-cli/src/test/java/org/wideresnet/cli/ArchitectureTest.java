package org.wideresnet.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What ARCHITECTURE.md says of who may know whom. */
class ArchitectureTest {
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
        .layer("train")
        .definedBy("org.wideresnet.train..")
        .layer("export")
        .definedBy("org.wideresnet.export..")
        .layer("cli")
        .definedBy("org.wideresnet.cli..")
        .ensureAllClassesAreContainedInArchitectureIgnoring("org.tensorflow..")
        .whereLayer("model")
        .mayNotAccessAnyLayer()
        .whereLayer("data")
        .mayNotAccessAnyLayer()
        .whereLayer("train")
        .mayOnlyAccessLayers("model", "data", "export")
        .whereLayer("export")
        .mayOnlyAccessLayers("model")
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
