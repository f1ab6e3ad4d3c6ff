/** Opens a folder of stores and writes pairs of patients into one as fast as it can; prints each id when its commit is acknowledged. */
import { openStores } from '../../../src/store/stores.ts'
import { patient, save } from '../../contract/store/support.ts'

const stores = await openStores(`sqlite:${process.argv[2]}`, { clock: () => Date.now(), newEpoch: () => 'epoch' })
const store = await stores.tenant('east')
process.stdout.write('open\n')
let n = 0
const writer = async (): Promise<never> => {
  for (;;) {
    const pair = [`p${++n}a`, `p${n}b`]
    await save(store, ...pair.map((id) => patient(id, { identifier: [{ system: 'urn:s', value: id }] })))
    process.stdout.write(`${pair.join('\n')}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, writer))
