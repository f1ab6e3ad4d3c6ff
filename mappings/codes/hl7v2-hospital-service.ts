/**
 * PV1-10 values that mean psychiatry. HL7 table 0069 is the user's own and has no word for it; these are in common use. Others say nothing
 * either way.
 */
export const psychiatricServices: ReadonlySet<string> = new Set([
  ...['PSY', 'PSYC', 'PSYCH', 'PSI', 'PSYCHIATRY', 'BH', 'BHU', 'BEH', 'MH', 'MHU', 'IPSY', 'GPSY', 'CPSY'],
])
