/** A plan that says nothing yet. https://hl7.org/fhir/R4/careplan.html */
import type { CarePlan, CodeableConcept } from '@medplum/fhirtypes'

export const blankCarePlan = (category: CodeableConcept): CarePlan => ({
  resourceType: 'CarePlan',
  // Plans of mental health are restricted by default: the narrative says no more than what it is.
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Care plan</div>' },
  status: 'draft',
  intent: 'plan',
  category: [category],
  subject: {},
})
