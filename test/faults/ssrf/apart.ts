/** What `ssrf.test.ts` runs in a network of its own: the addresses of the machine are ours to choose there, and so is the name server. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { resolveBySystem } from '../../../src/node/judged-lookup.ts'
import { startGateway } from '../../support/gateway.ts'
import { openCanary } from './canary.ts'
import { openLeadingPartner } from './partner.ts'
import { asking } from './surfaces.ts'
import { names, turning, urls } from './urls.ts'

const looks = new Map<string, number>()

/** What a name leads to at this look: each look at its addresses of version 4 counts. Any other name leads into the house. */
function addressesOf(name: string, six: boolean): readonly string[] {
  const told = { ...names, ...turning, 'public.example': [['93.184.216.34']] }[name.toLowerCase()] ?? [['10.0.0.5']]
  const look = looks.get(name) ?? 0
  if (!six) looks.set(name, look + 1)
  return (told[Math.min(look, told.length - 1)] ?? []).filter((address) => address.includes(':') === six)
}

/** A name server for one question at a time. https://www.rfc-editor.org/rfc/rfc1035#section-4 */
const server = createSocket('udp4')
server.on('message', (question, from) => {
  const labels: string[] = []
  let at = 12
  for (; question[at]! > 0; at += question[at]! + 1) labels.push(question.toString('latin1', at + 1, at + 1 + question[at]!))
  const six = question.readUInt16BE(at + 1) === 28
  const addresses = addressesOf(labels.join('.'), six)
  const head = Buffer.from(question.subarray(0, 12))
  head.writeUInt16BE(0x8180, 2)
  for (const [place, count] of [
    [6, addresses.length],
    [8, 0],
    [10, 0],
  ] as const)
    head.writeUInt16BE(count, place)
  const answers = addresses.map((address) => {
    const bytes = six ? bytesOf6(address) : address.split('.').map(Number)
    return Buffer.from([0xc0, 12, 0, six ? 28 : 1, 0, 1, 0, 0, 0, 0, 0, bytes.length, ...bytes])
  })
  server.send(Buffer.concat([head, question.subarray(12, at + 5), ...answers]), from.port, from.address)
})

/** As the URL parser spells it: without dots, its gap not yet filled. */
function bytesOf6(address: string): readonly number[] {
  const [before = '', after = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => text.split(':').filter((group) => group !== '')
  const gap = new Array<string>(8 - groups(before).length - groups(after).length).fill('0')
  return [...groups(before), ...gap, ...groups(after)].flatMap((group) => [
    Number.parseInt(group, 16) >> 8,
    Number.parseInt(group, 16) & 0xff,
  ])
}

server.bind(53, '127.0.0.1')
await once(server, 'listening')
const canary = await openCanary(443)
const partner = await openLeadingPartner()
const gateway = await startGateway({ allowTargets: [partner.target], resolve: resolveBySystem })
const led = [
  ...urls(443),
  ...Object.keys(turning).flatMap((name) => new Array<string>(4).fill(`https://${name}/fhir`)),
  'https://public.example/fhir',
]
for (const url of led) for (const surface of Object.values(asking)) await surface({ gateway, partner }, url)
process.stdout.write(JSON.stringify({ knocks: [...canary.knocks.keys()], asked: [...looks.keys()] }))
process.exit(0)
