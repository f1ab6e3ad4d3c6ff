/**
 * `npm run bench`: the gateway as a process, each figure beside a peer or a limit measured in the same run. Prints a table and writes
 * results/<time>.json. `npm run bench -- read adt` takes those measures alone (all need `ingest`'s resources: it always runs).
 *
 * Synthea's bundles are read from the folder that CORPORA names; without it, bundles of the same make are generated.
 */
import { startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { startBench } from './bench.ts'
import { delivery } from './measures/delivery.ts'
import { holds } from './measures/holds.ts'
import { ingest } from './measures/ingest.ts'
import { memory } from './measures/memory.ts'
import { messages } from './measures/messages.ts'
import { postgres } from './measures/postgres.ts'
import { reads } from './measures/reads.ts'
import { search } from './measures/search.ts'
import { singleCreates } from './measures/single-creates.ts'
import { start } from './measures/start.ts'
import { Report } from './report.ts'

const measures = { start, reads, search, singleCreates, messages, memory, holds, delivery, postgres }

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in measures))
if (unknown.length > 0) throw new Error(`no such measure: ${unknown.join(', ')}; there are ${Object.keys(measures).join(', ')}`)

const report = new Report()
const ehr = await startSandbox({ name: 'Bench' })
const bench = await startBench({ HANDOFF_ALLOW_TARGETS: ehr.target })
for (const row of await ingest(bench)) report.add(row)
for (const [name, measure] of Object.entries(measures))
  if (wanted.length === 0 || wanted.includes(name)) for (const row of await measure(bench, ehr)) report.add(row)
await bench.end()
await ehr.close()
report.finish(bench)
process.exit(0)
