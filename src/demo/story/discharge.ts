/** Act 2: the hospital tells of a discharge in two forms, of one that is nobody's, and once so that nobody can read it. */
import { spoken } from '../days.ts'
import type { Act, Stage } from '../stage.ts'
import { check } from '../talk.ts'
import { jonahsStay, rosa, rosasStay } from './people.ts'

interface Discharge {
  readonly id: string
  readonly clientId?: string
  readonly state: string
  readonly source: string
  readonly visitNumber: { readonly value: string }
}
const discharges = async ({ gateway }: Stage) => (await gateway.get<{ items: Discharge[] }>('/coordination/discharges')).items

export const discharge: Act = {
  title: 'Rosa leaves the hospital',
  steps: [
    {
      title: "St. Brendan's sends the discharge as HL7 v2 (ADT^A03)",
      async play(stage) {
        const { code, sent, answer } = await stage.hospital.sendAdt(rosasStay(stage.days))
        check(code === 'AA', `The message was answered ${code}.`)
        const [stay, ...others] = await discharges(stage)
        check(stay?.clientId === rosa && others.length === 0, 'The discharge was not matched to Rosa.')
        stage.ids.keep('discharge', stay.id)
        return {
          means: `Rosa went home on ${spoken(stage.days.discharged)}. Matched by the hospital's own number for her, never by name. AA means: the message, the stay and what follows from it would all survive a power cut now.`,
          facts: [...lines(sent, 'MSH', 'PV1', 'DG1'), '↓', ...lines(answer, 'MSA')],
          see: [`/coordination/discharges/${stay.id}`, '/admin/messages', '/console/messages'],
        }
      },
    },
    {
      title: 'The same discharge arrives again, as a FHIR message (Da Vinci notification)',
      async play(stage) {
        const { code } = await stage.hospital.sendNotification(rosasStay(stage.days))
        check(code === 'ok', `The message was answered ${code}.`)
        const [stay, ...others] = await discharges(stage)
        check(stay?.id === stage.ids.of('discharge') && others.length === 0, 'There is not one discharge, and that one.')
        return {
          means:
            'Hospitals tell the same thing twice. One visit number is one stay: nobody calls Rosa twice because two systems told of her.',
          facts: [`messages kept: 2    discharges: 1 (${stay.state}, first told by ${stay.source})`],
          see: [`/fhir/Encounter/${stay.id}/_history`],
        }
      },
    },
    {
      title: 'A discharge of somebody whom nobody here knows',
      async play(stage) {
        const { code } = await stage.hospital.sendAdt(jonahsStay(stage.days))
        check(code === 'AA', `The message was answered ${code}.`)
        const unmatched = (await discharges(stage)).find(({ clientId }) => clientId === undefined)
        check(unmatched?.state === 'notified', 'The discharge does not wait for a match.')
        const { total } = await stage.gateway.get<{ total: number }>('/fhir/Patient?_summary=count')
        check(total === 1, `There are ${total} patients; a message made one.`)
        return {
          means:
            'It is kept and visible until a coordinator says whose it is (event "match"). No patient record is made up, and nothing of it is sent on.',
          facts: [`visit ${unmatched.visitNumber.value}: ${unmatched.state}    patients on record: ${total}`],
          see: [`/coordination/discharges/${unmatched.id}`],
        }
      },
    },
    {
      title: 'A message that cannot be read',
      async play(stage) {
        const garbled = 'MSH|^~\\&|CAREADT|STBRENDAN|HANDOFF|COORD|20260301101500||ADT^A03|SB-0001|P|2.5.1\rPID|1||\r'
        const { code, answer } = await stage.hospital.sendText('none', garbled)
        check(code === 'AE', `The message was answered ${code}.`)
        const { items } = await stage.gateway.get<{ items: { id: string; raw?: string }[] }>('/admin/messages?state=held')
        check(items.length === 1, 'The message is not among those that wait.')
        return {
          means:
            'The hospital is told what is missing (AE, never a false AA). The message is kept as it came, and can be read again once it, or the mapping, is mended.',
          facts: lines(answer, 'MSA', 'ERR'),
          see: [`/admin/messages/${items[0]!.id}`, '/console/messages'],
        }
      },
    },
  ],
}

/** Segments of these names, cut to what fits a line. */
const lines = (message: string, ...names: readonly string[]): readonly string[] =>
  message
    .split('\r')
    .filter((line) => names.includes(line.slice(0, 3)))
    .map((line) => (line.length > 96 ? `${line.slice(0, 95)}…` : line))
