/** The software that this is, as its descriptions tell. */
export const software = { name: 'Warm Handoff', version: '0.1.0' } as const
/** When the published interface last changed. */
export const published = '2026-11-29'
