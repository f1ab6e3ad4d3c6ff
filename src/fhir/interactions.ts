/**
 * What can be done on every resource type and on the whole server: the doors route by it, the CapabilityStatement tells it.
 * https://hl7.org/fhir/R4/http.html
 */

/** https://hl7.org/fhir/R4/valueset-type-restful-interaction.html */
export const typeInteractions = ['read', 'vread', 'update', 'delete', 'history-instance', 'create', 'search-type'] as const

/** https://hl7.org/fhir/R4/valueset-system-restful-interaction.html */
export const systemInteractions = ['transaction', 'batch'] as const

/** Operations of the whole server: name and definition. */
export const operations = [
  { name: 'process-message', definition: 'http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message' },
] as const
