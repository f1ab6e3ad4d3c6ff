import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.gclient.StringClientParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import java.util.HashSet;
import java.util.Set;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;

/** HAPI FHIR's client does its daily work against a running gateway; it asks for the CapabilityStatement first. */
public class Stranger {
  public static void main(String[] args) {
    FhirContext context = FhirContext.forR4();
    IGenericClient client = context.newRestfulGenericClient(args[0]);

    Patient rosa = new Patient();
    rosa.addIdentifier().setSystem("urn:hapi").setValue("1");
    rosa.addName().setFamily("Okonkwo").addGiven("Rosa");
    MethodOutcome made = client.create().resource(rosa).conditional().where(Patient.IDENTIFIER.exactly().systemAndCode("urn:hapi", "1")).execute();
    check(Boolean.TRUE.equals(made.getCreated()), "created");
    MethodOutcome again = client.create().resource(rosa).conditional().where(Patient.IDENTIFIER.exactly().systemAndCode("urn:hapi", "1")).execute();
    check(again.getId().getIdPart().equals(made.getId().getIdPart()), "created once");

    Patient read = client.read().resource(Patient.class).withId(made.getId().getIdPart()).execute();
    read.setGender(AdministrativeGender.FEMALE);
    MethodOutcome updated = client.update().resource(read).execute();
    check(updated.getId().getVersionIdPart().equals("2"), "second version");
    check(client.read().resource(Patient.class).withIdAndVersion(made.getId().getIdPart(), "1").execute().getGender() == null, "first version");
    check(client.history().onInstance(made.getId().toUnqualifiedVersionless()).returnBundle(Bundle.class).execute().getEntry().size() == 2, "history");
    try {
      // The client says of itself which version it has changed.
      client.update().resource(read).execute();
      throw new IllegalStateException("an old version was overwritten");
    } catch (PreconditionFailedException | ResourceVersionConflictException expected) {
      // As it should be.
    }

    Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (int value = 0; value < 25; value++) {
      Observation observation = new Observation().setStatus(Observation.ObservationStatus.FINAL);
      observation.getCode().setText("pulse");
      observation.setSubject(new Reference(new IdType("Patient", made.getId().getIdPart())));
      transaction.addEntry().setResource(observation).getRequest().setMethod(Bundle.HTTPVerb.POST).setUrl("Observation");
    }
    check(client.transaction().withBundle(transaction).execute().getEntry().size() == 25, "transaction");

    Set<String> found = new HashSet<>();
    Bundle page = client.search().forResource(Observation.class)
      .where(Observation.SUBJECT.hasChainedProperty("Patient", new StringClientParam("family").matches().value("okon")))
      .include(Observation.INCLUDE_SUBJECT).count(10).returnBundle(Bundle.class).execute();
    while (true) {
      page.getEntry().stream().filter(one -> one.getResource() instanceof Observation).forEach(one -> found.add(one.getResource().getIdElement().getIdPart()));
      if (page.getLink(Bundle.LINK_NEXT) == null) break;
      page = client.loadPage().next(page).execute();
    }
    check(found.size() == 25, "pages");

    for (String id : found) client.delete().resourceById("Observation", id).execute();
    try {
      client.read().resource(Observation.class).withId(found.iterator().next()).execute();
      throw new IllegalStateException("a deleted resource was read");
    } catch (ResourceGoneException expected) {
      // As it should be.
    }
    System.out.println("HAPI: all done");
  }

  private static void check(boolean holds, String what) {
    if (!holds) throw new IllegalStateException(what);
  }
}
