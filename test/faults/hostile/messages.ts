/** HL7 v2 that means harm. */
import type { Hostile } from './bodies.ts'

const head = (separators = '|^~\\&', version = '2.5.1', type = 'ADT^A03^ADT_A03'): string => {
  const [field] = separators
  return [`MSH${separators}`, 'A', 'B', 'C', 'D', '20260302093000', '', type, 'X1', 'P', version].join(field)
}
const rest = ['EVN|A03|20260302093000', 'PID|1||1^^^H^MR||R^A||19900401|F', 'PV1|1|I||||||||||||||||||V1^^^H^VN']
const message = (first: string, more: readonly string[] = rest): string => [first, ...more].join('\r')
const pid = (field: string): string => message(head(), [rest[0]!, field, rest[2]!])

const texts: readonly (readonly [name: string, text: string])[] = [
  ['nothing', ''],
  ['MSH alone', 'MSH'],
  ['a separator alone', 'MSH|'],
  ['the encoding characters alone', 'MSH|^~\\&'],
  ['a letter as separator', message(head('A^~\\&'))],
  ['a separator used twice', message(head('||~\\&'))],
  ['the same separator everywhere', message(head('^^^^^'))],
  ['a line end as separator', message(head('|\r~\\&'))],
  ['a type that is none', message(head(undefined, undefined, 'XXX^Y99'))],
  ['a type without event', message(head(undefined, undefined, 'ADT'))],
  ['a type of a million characters', message(head(undefined, undefined, 'A'.repeat(900_000)))],
  ['a version that is none', message(head(undefined, '9.9'))],
  ['__proto__ as type', message(head(undefined, undefined, '__proto__^constructor'))],
  ['two MSH', `${message(head())}\r${message(head())}`],
  ['a batch', `BHS|^~\\&\r${message(head())}\rBTS|1`],
  ['segments before MSH', `PID|1\r${message(head())}`],
  ['names of segments that are none', message(head(), ['XX|1', 'TOOLONG|2', '|', '||', ...rest])],
  ['200,000 segments', message(head(), [...rest, ...Array.from({ length: 100_000 }, () => 'ZZZ|1')])],
  ['a segment of 400,000 fields', pid(`PID|${'|'.repeat(400_000)}`)],
  ['300,000 repetitions', pid(`PID|1||${'1^^^H^MR~'.repeat(90_000)}`)],
  ['300,000 components', pid(`PID|1||1${'^'.repeat(300_000)}MR`)],
  ['300,000 subcomponents', pid(`PID|1||1${'&'.repeat(300_000)}MR`)],
  ['an escape that does not end', pid('PID|1||1^^^H^MR||R\\X0D')],
  ['an escape of a megabyte', pid(`PID|1||1^^^H^MR||R\\X${'41'.repeat(400_000)}\\`)],
  ['400,000 escapes', pid(`PID|1||1^^^H^MR||${'\\F\\'.repeat(300_000)}`)],
  ['an escape of a line end', pid('PID|1||1^^^H^MR||R\\X0D\\PID|2||2^^^H^MR')],
  ['an escape of NUL', pid('PID|1||1^^^H^MR||R\\X00\\')],
  ['an escape of half a character', pid('PID|1||1^^^H^MR||R\\XC3\\')],
  ['escapes of other character sets', pid('PID|1||1^^^H^MR||\\C2842\\\\M2442\\')],
  ['a NUL', pid('PID|1||1^^^H^MR||R\u0000')],
  ['a date that is none', pid('PID|1||1^^^H^MR||R^A||99999999|F')],
  ['a date of a million digits', pid(`PID|1||1^^^H^MR||R^A||${'9'.repeat(900_000)}|F`)],
  ['a time zone that is none', message(head().replace('20260302093000', '20260302093000+9999'))],
  ['vertical tabs and file separators', `\u000b${message(head())}\u001c\r`],
  ['a script as name', pid('PID|1||1^^^H^MR||<script>alert(1)</script>^"onload=x')],
]

const typed = (name: string, body: Uint8Array | string): Hostile => ({
  name: `a message: ${name}`,
  body: typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body),
})

export const messages: readonly Hostile[] = [
  ...texts.map(([name, text]) => typed(name, text)),
  typed(
    'bytes of no character set',
    Uint8Array.from({ length: 4096 }, (_, n) => n % 256),
  ),
  typed(
    'another character set than it says',
    new Uint8Array([...new TextEncoder().encode(message(`${head()}|||||UNICODE UTF-8`)), 0xff, 0xfe]),
  ),
  typed('a character set that is none', message(`${head()}|||||KLINGON`)),
  typed('UTF-16', new Uint8Array(Uint16Array.from(message(head()), (c) => c.charCodeAt(0)).buffer)),
]
