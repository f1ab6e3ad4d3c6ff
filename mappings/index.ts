/** Every mapping. Made by scripts/generate-mappings.ts: run `npm run generate` after adding a file to this folder. */
export { default as clientPatient } from './client.patient.ts'
