/** How many ADT messages a second one core reads: bytes in, AdtReading out, beside the bare parser of @medplum/core. */
import { Hl7Message } from '@medplum/core'
import { readAdt } from '../../mappings/hl7v2/adt.ts'
import { acknowledge } from '../../src/hl7v2/acknowledge.ts'
import { readMessage } from '../../src/hl7v2/message.ts'
import { bytes, dischargeMessage } from '../support/hl7v2.ts'

const two = (n: number): string => String(n).padStart(2, '0')
/** Different days, names and ids, so that nothing is remembered that real traffic would not repeat. */
const messages = Array.from({ length: 2000 }, (_, i) => {
  const day = `2025${two(1 + (i % 12))}${two(1 + (i % 28))}`
  return dischargeMessage({
    MSH: { 7: `${day}235000`, 10: `B-${i}` },
    PID: { 3: `${100000 + i}^^^STB&2.16.840.1.113883.19.5&ISO^MR~${i}^^^STATE^PI`, 5: `PERSON${i}^ANNA^M^^^^L` },
    PV1: { 19: `V${i}^^^STB`, 44: `${day}081500`, 45: `${day}234000` },
  })
})
const sent = messages.map(bytes)
const connection = { timeZone: 'America/New_York', assigningAuthorities: { STB: 'urn:oid:2.16.840.1.113883.19.5' } }

/** Median and best of many short slices: the best is what the core can do when nobody else wants it. */
function measure(name: string, work: (i: number) => unknown): void {
  for (let i = 0; i < 10_000; i++) work(i % sent.length)
  const slices = Array.from({ length: 60 }, (_, slice) => {
    const start = performance.now()
    for (let i = 0; i < 500; i++) work((slice * 500 + i) % sent.length)
    return (500 * 1000) / (performance.now() - start)
  }).sort((a, b) => b - a)
  const shown = (n: number | undefined): string =>
    Math.round(n ?? 0)
      .toLocaleString('en-US')
      .padStart(12)
  console.log(`${name.padEnd(52)}${shown(slices[0])} best${shown(slices[30])} median, messages/s`)
}

console.log(`One message has ${sent[0]?.length} bytes.`)
measure('limit: TextDecoder + Hl7Message.parse, lazy', (i) => Hl7Message.parse(new TextDecoder().decode(sent[i])))
measure('limit: the same, every field parsed', (i) =>
  Hl7Message.parse(new TextDecoder().decode(sent[i])).segments.map((s) => s.fields),
)
measure('readMessage', (i) => readMessage(sent[i]!))
measure('readMessage + readAdt', (i) => {
  const message = readMessage(sent[i]!)
  return message.ok ? readAdt(message.value, connection) : undefined
})
measure('readMessage + readAdt + acknowledge', (i) => {
  const message = readMessage(sent[i]!)
  if (!message.ok || !readAdt(message.value, connection).ok) throw new Error('not read')
  return acknowledge(message.value.header, { accepted: true }, { id: 'ack-1', at: '2025-03-11T03:46:00.000Z' })
})
