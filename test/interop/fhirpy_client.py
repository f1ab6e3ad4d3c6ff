"""fhirpy does its daily work against a running gateway. Usage: python fhirpy_client.py <FHIR base>"""
import asyncio
import sys

from fhirpy import AsyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound


async def main(base: str) -> None:
    # It counts with a parameter that R4 does not know (`_totalMethod`): R4 has a word for "leave that out".
    client = AsyncFHIRClient(base, extra_headers={"Prefer": "handling=lenient"})
    patient = client.resource(
        "Patient",
        identifier=[{"system": "urn:fhirpy", "value": "1"}],
        name=[{"family": "Quintero", "given": ["Rosa"]}],
    )
    await patient.create()
    assert patient.id and patient["meta"]["versionId"] == "1"
    patient["gender"] = "female"
    await patient.update()
    again = await client.reference("Patient", patient.id).to_resource()
    assert again["gender"] == "female" and again["meta"]["versionId"] == "2"
    # Its `patch` sends a part of a resource, which is no form of patch that R4 knows.
    again["birthDate"] = "1990-04-01"
    await again.save()
    assert again["meta"]["versionId"] == "3"

    for value in range(25):
        await client.resource(
            "Observation",
            status="final",
            code={"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
            subject=patient.to_reference(),
            valueQuantity={"value": 60 + value, "system": "http://unitsofmeasure.org", "code": "/min"},
        ).create()
    about = client.resources("Observation").search(subject__Patient__identifier="urn:fhirpy|1")
    assert await about.count() == 25
    assert len(await about.limit(10).fetch()) == 10
    assert len(await about.limit(10).fetch_all()) == 25
    included = await client.resources("Observation").search(subject=f"Patient/{patient.id}").include("Observation", "subject").limit(5).fetch_raw()
    assert {entry.resource["resourceType"] for entry in included.entry} == {"Observation", "Patient"}

    # `get_or_create` puts its conditions into the URL of a POST, where R4 has none: refused, rather than created twice.
    try:
        await client.resources("Patient").search(identifier="urn:fhirpy|1").get_or_create(client.resource("Patient"))
        raise AssertionError("a second patient was made")
    except OperationOutcome:
        pass

    bundle = client.resource(
        "Bundle",
        type="transaction",
        entry=[{"resource": {"resourceType": "Basic", "code": {"text": "x"}}, "request": {"method": "POST", "url": "Basic"}}],
    )
    answer = await client.execute("", method="POST", data=bundle.serialize())
    assert answer["type"] == "transaction-response"

    try:
        await client.resource("Patient", gender="of course").create()
        raise AssertionError("a wrong code was taken")
    except OperationOutcome as outcome:
        assert "OperationOutcome" in str(outcome) or outcome.resource["resourceType"] == "OperationOutcome"

    observation = await about.first()
    await observation.delete()
    try:
        await client.reference("Observation", observation.id).to_resource()
        raise AssertionError("a deleted resource was read")
    except ResourceNotFound:
        pass
    print("fhirpy: all done")


asyncio.run(main(sys.argv[1]))
