import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.hl7.fhir.r5.elementmodel.Manager.FhirFormat;
import org.hl7.fhir.r5.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.validation.ValidationEngine;

/**
 * HL7's validator over a package and resources: Validate <package.tgz> <canonical base> <folder>…
 *
 * In a folder, `<profile>/<name>.json` is validated against that profile of the package, anything else against what it claims itself. Files
 * whose name begins with `bad-` have to be refused, all others have to be valid. Exit code 1 otherwise.
 */
public class Validate {
  /** Said because only the resource itself is here, for want of a terminology server, or of the terminology that R4's own package does not hold. */
  private static final Pattern EXCUSED = Pattern.compile(
      "Unable to resolve resource with reference|\"tc\" is null|SDOHCC-CodeSystemTemporaryCodes' is not|CodeSystem/v2-0112'|'SMSWRIT'|OMB (Race|Ethnicity) Categories|X12 278 Review Decision Reason Codes");

  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    // The engine tells its progress there.
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    ValidationEngine engine = new ValidationEngine.ValidationEngineBuilder()
        .withVersion("4.0.1").withNoTerminologyServer().withCanRunWithoutTerminologyServer(true).fromSource("hl7.fhir.r4.core#4.0.1");
    engine.setAssumeValidRestReferences(true);
    engine.setAllowExampleUrls(true);
    engine.setNoExtensibleBindingMessages(true);
    engine.getIgLoader().loadIg(engine.getIgs(), engine.getBinaries(), args[0], false);
    engine.prepare();
    int wrong = 0;
    for (int i = 2; i < args.length; i++) {
      Map<String, Integer> counts = new TreeMap<>();
      List<Path> files;
      try (var walk = Files.walk(Path.of(args[i]))) {
        files = walk.filter((path) -> path.toString().endsWith(".json")).sorted().toList();
      }
      for (Path file : files) {
        String folder = file.getParent().getFileName().toString();
        List<String> profiles = folder.startsWith("handoff-") ? List.of(args[1] + "/StructureDefinition/" + folder) : new ArrayList<>();
        List<String> faults = engine.validate(Files.readAllBytes(file), FhirFormat.JSON, profiles, new ArrayList<>()).getIssue().stream()
            .filter((issue) -> issue.getSeverity() == IssueSeverity.ERROR || issue.getSeverity() == IssueSeverity.FATAL)
            .map((issue) -> issue.getExpression() + " " + issue.getDetails().getText())
            .filter((text) -> !EXCUSED.matcher(text).find()).toList();
        boolean isBad = file.getFileName().toString().startsWith("bad-");
        counts.merge(isBad ? "refused" : "valid", 1, Integer::sum);
        if (faults.isEmpty() != isBad) continue;
        wrong++;
        counts.merge(isBad ? "refused" : "valid", -1, Integer::sum);
        out.println(file + (isBad ? ": is to be refused, and is not" : ""));
        for (String fault : faults) if (!isBad) out.println("  " + fault);
      }
      out.println(args[i] + ": " + counts);
    }
    out.println(wrong == 0 ? "HL7's validator agrees" : wrong + " disagreements");
    System.exit(wrong == 0 ? 0 : 1);
  }
}
