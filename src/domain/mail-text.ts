/** What stands in a mail. In an e-mail that is a notice word for word, a subject as general as it, and for a secure link the link: nothing of anybody. */
import { type Communication, isNoticeText, languageOf } from './communication.ts'

/** By BCP 47 primary language, as notices are. */
const subjects: Readonly<Record<string, string>> = { en: 'A message for you', es: 'Un mensaje para usted' }
const closings: Readonly<Record<string, string>> = {
  en: 'Please do not answer this e-mail: nobody reads what is sent to its address.',
  es: 'Por favor no responda a este correo: nadie lee lo que se envía a su dirección.',
}

/** What goes by Direct is under lock and key, but for its subject: that says nothing. `notices` accompany what is told under a consent. */
export function directOf({ subject, body }: Communication, notices: readonly string[]): { subject: string; text: string } {
  const parts = [subject, body, ...notices].filter((one) => one !== undefined)
  return { subject: subjects.en!, text: `${parts.join('\n\n')}\n` }
}

/** Undefined for what is not fit to go by e-mail, whoever queued it. */
export function mailOf({ notice, body }: Communication, link?: string): { subject: string; text: string } | undefined {
  if (notice === undefined || body === undefined || !isNoticeText(notice, body)) return undefined
  const language = languageOf(notice, body)
  const parts = [body, ...(link === undefined ? [] : [link]), closings[language]!]
  return { subject: subjects[language]!, text: `${parts.join('\n\n')}\n` }
}
