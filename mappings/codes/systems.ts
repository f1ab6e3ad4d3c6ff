/** Code systems that several mappings name. */
export const snomed = 'http://snomed.info/sct'
