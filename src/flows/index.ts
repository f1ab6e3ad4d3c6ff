/** Every flow that a door may call: one line each. A flow takes the context first; `gateway.ts` binds it. */
export { changeMember, createMember, listMembers, memberEvent, readMember, removeMember } from './coordination/members.ts'
export { capabilities } from './fhir/capabilities.ts'
export { historyPage } from './fhir/history-page.ts'
export { readHistory, readResource, readVersion } from './fhir/read.ts'
export { createResource, deleteResource, postBundle, updateResource } from './fhir/requests.ts'
export { searchPage } from './fhir/searchset.ts'
export { timeline } from './timeline.ts'
