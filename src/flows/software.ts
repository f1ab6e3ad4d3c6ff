/** The software that this is: CapabilityStatement.software. Its date is when the published interface last changed. */
export const software = { name: 'Warm Handoff', version: '0.1.0', date: '2026-11-22' } as const
