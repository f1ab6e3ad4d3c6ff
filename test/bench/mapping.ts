/**
 * How fast mappings read and write, beside functions written by hand for the very same task (the same rows, checks, warnings and handles;
 * that both come to the same is checked first), and beside JSONata, which reads without checks. Once over resources that are all alike,
 * and once as various as partners send them. Only ratios mean something on a busy machine: both sides take turns. At last, what is left
 * in memory. `node --expose-gc test/bench/mapping.ts [seconds per line]`, ONLY=client for some lines.
 */
import { check, valueIn } from './by-hand/agree.ts'
import { batch, type Task, tasks } from './by-hand/tasks.ts'

const seconds = Number(process.argv[2] ?? 3)

let sink: unknown

/** Seconds that one batch takes. */
function timed(once: (i: number) => unknown): number {
  const start = performance.now()
  for (let i = 0; i < batch; i++) sink = once(i)
  return (performance.now() - start) / 1000
}

const perSecond = (rate: number): string => `${Math.round(rate).toLocaleString('en').padStart(11)} /s`

/** The best of many short turns: what the code can do when the machine has time for it. */
function compare(label: string, ours: (i: number) => unknown, theirs: (i: number) => unknown): void {
  if (!label.startsWith(process.env.ONLY ?? '')) return
  const best = [Infinity, Infinity]
  for (let i = 0; i < 40; i++) timed(i % 2 ? ours : theirs)
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    best[0] = Math.min(best[0]!, timed(ours))
    best[1] = Math.min(best[1]!, timed(theirs))
  }
  const [mapped, byHand] = [batch / best[0]!, batch / best[1]!]
  console.log(`${label.padEnd(34)} ${perSecond(mapped)}   by hand ${perSecond(byHand)}   ratio ${(mapped / byHand).toFixed(2)}`)
}

async function beside<D, P>({ name, mapping, jsonata, various }: Task<D, P>): Promise<void> {
  if (!jsonata || !name.startsWith(process.env.ONLY ?? '')) return
  const best = [Infinity, Infinity]
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    best[0] = Math.min(
      best[0]!,
      timed((i) => mapping.read(various[i]!)),
    )
    const start = performance.now()
    for (const one of various) sink = await jsonata(one)
    best[1] = Math.min(best[1]!, (performance.now() - start) / 1000)
  }
  const [mapped, other] = [batch / best[0]!, batch / best[1]!]
  console.log(
    `${`${name}, various: read`.padEnd(34)} ${perSecond(mapped)}   JSONata ${perSecond(other)}   ratio ${(mapped / other).toFixed(1)}`,
  )
}

function compareAll<D, P>({ name, mapping, read, write, change }: Task<D, P>, kind: string, parts: readonly P[]): void {
  const values = parts.map((one) => valueIn(mapping.read(one)))
  const changed = values.map(change)
  compare(
    `${name}, ${kind}: read`,
    (i) => mapping.read(parts[i]!),
    (i) => read(parts[i]!),
  )
  compare(
    `${name}, ${kind}: write what was read`,
    (i) => mapping.write(values[i]!, parts[i]),
    (i) => write(values[i]!, parts[i]),
  )
  compare(
    `${name}, ${kind}: write one change`,
    (i) => mapping.write(changed[i]!, parts[i]),
    (i) => write(changed[i]!, parts[i]),
  )
  compare(
    `${name}, ${kind}: write afresh`,
    (i) => mapping.write(values[i]!),
    (i) => write(values[i]!),
  )
}

/** What is on the heap after so many mappings both ways. */
function memory<D, P>({ name, mapping, various, change }: Task<D, P>): void {
  if (!global.gc || !name.startsWith(process.env.ONLY ?? '')) return
  const values = various.map((one) => change(valueIn(mapping.read(one)), 7))
  const heaps = [20_000, 200_000].map((times) => {
    for (let n = 0; n < times; n++) {
      sink = mapping.read(various[n % batch]!)
      sink = mapping.write(values[n % batch]!, various[n % batch])
    }
    global.gc!()
    return `${(process.memoryUsage().heapUsed / 2 ** 20).toFixed(1)} MiB after ${times.toLocaleString('en')}`
  })
  console.log(`${name}: heap ${heaps.join(', ')} more`)
}

async function measure<D, P>(task: Task<D, P>): Promise<void> {
  check(task, batch)
  compareAll(task, 'alike', task.alike)
  compareAll(task, 'various', task.various)
  await beside(task)
  memory(task)
}

for (const task of tasks) await measure(task)
if (sink === undefined) throw new Error('nothing was measured')
