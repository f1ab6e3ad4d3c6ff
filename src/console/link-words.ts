/** What the pages behind secure links say, in plain words: to clients in English and Spanish, to organizations in English. */
import type { PageLanguage } from '../domain/consent-words.ts'

const both = (en: string, es: string): Readonly<Record<PageLanguage, string>> => ({ en, es })

/** What came of an answer, by what was said or by the code of the problem. */
export const saids = {
  done: both('Thank you. We have noted it.', 'Gracias. Lo hemos anotado.'),
  changed: both(
    'Nothing was done: this has changed since you opened the page. Please read it again as it stands now.',
    'No se hizo nada: esto cambió después de que usted abrió la página. Por favor léalo otra vez como está ahora.',
  ),
  invalid: both(
    'Something is missing. Please answer everything that is asked.',
    'Falta algo. Por favor responda a todo lo que se pregunta.',
  ),
  'illegal-event': both(
    'This cannot be done as things stand now. What can be done is shown below.',
    'Esto no se puede hacer ahora. Abajo se muestra lo que se puede hacer.',
  ),
  other: both('This could not be done here. Please call us.', 'Esto no se pudo hacer aquí. Por favor llámenos.'),
} as const

/** How a referral stands, as its client reads it. */
export const outcomes: Readonly<Record<string, Readonly<Record<PageLanguage, string>>>> = {
  requested: both('They have not answered yet.', 'Todavía no han contestado.'),
  received: both('They have not answered yet.', 'Todavía no han contestado.'),
  accepted: both('They said yes: they want to help you.', 'Dijeron que sí: quieren ayudarle.'),
  'in-progress': both('They have begun to help you.', 'Ya empezaron a ayudarle.'),
  'on-hold': both('It has to wait. They will go on with it later.', 'Tiene que esperar. Seguirán con esto más tarde.'),
  completed: both('They told us that it is done.', 'Nos dijeron que ya está hecho.'),
  failed: both('They told us that it did not work out.', 'Nos dijeron que no se pudo hacer.'),
  rejected: both('They could not take this on.', 'No pudieron encargarse de esto.'),
  'closed-confirmed': both('You have told us how it went.', 'Usted ya nos dijo cómo le fue.'),
  'closed-unconfirmed': both(
    'We did not hear from you and closed this. You can still tell us how it went.',
    'No supimos de usted y lo cerramos. Todavía puede decirnos cómo le fue.',
  ),
}

/** What became of a consent. */
export const decided: Readonly<Record<string, Readonly<Record<PageLanguage, string>>>> = {
  active: both(
    'You have agreed to this. You can print this page for yourself.',
    'Usted aceptó esto. Puede imprimir esta página.',
  ),
  rejected: both('You have said no to this.', 'Usted dijo que no a esto.'),
  revoked: both('This was taken back.', 'Esto fue retirado.'),
  expired: both('This has ended.', 'Esto terminó.'),
}

export const words = {
  asked: both('What you were to get help with', 'En qué le iban a ayudar'),
  by: both('From', 'De parte de'),
  stands: both('How it stands', 'Cómo va'),
  gotIt: both('Did you get this help?', '¿Recibió esta ayuda?'),
  yes: both('Yes', 'Sí'),
  no: both('No', 'No'),
  stillNeeded: both('Do you still need help with this?', '¿Todavía necesita ayuda con esto?'),
  'need-yes': both('No, this is taken care of', 'No, ya está resuelto'),
  'need-partly': both('Yes, with some of it', 'Sí, con una parte'),
  'need-no': both('Yes', 'Sí'),
  'need-unknown': both('I am not sure', 'No estoy seguro o segura'),
  tell: both('Tell us', 'Decirlo'),
  agree: both('I agree', 'Acepto'),
  read: both('I have read this, and I agree.', 'He leído esto y acepto.'),
  name: both('Your full name. Typing it here is your signature.', 'Su nombre completo. Escribirlo aquí es su firma.'),
  sign: both('Sign', 'Firmar'),
  decline: both('I do not agree', 'No acepto'),
  why: both('Why not (you need not say)', 'Por qué no (no tiene que decirlo)'),
} as const

/** How work stands, as those read it who were asked to do it. */
export const workStates: Readonly<Record<string, string>> = {
  requested: 'Nobody has answered this yet.',
  received: 'Nobody has answered this yet.',
  accepted: 'You have taken this on.',
  'in-progress': 'You have begun.',
  'on-hold': 'It waits.',
  completed: 'You have told us that it is done. There is nothing left to do here.',
  failed: 'You have told us that it could not be done. There is nothing left to do here.',
  rejected: 'You have told us that you cannot take this on. There is nothing left to do here.',
}

/** What each event asks, and the button that sends it. */
export const choices = {
  accept: { heading: 'We take this on', button: 'Accept' },
  reject: { heading: 'We cannot take this on', reason: 'Why not', button: 'Decline' },
  start: { heading: 'We have begun', button: 'Started' },
  hold: { heading: 'It has to wait (a waiting list, say)', reason: 'What for', button: 'Wait' },
  resume: { heading: 'We go on with it', button: 'Go on' },
  complete: { heading: 'It is done', button: 'Done' },
  fail: { heading: 'It could not be done', reason: 'Why not', button: 'Not done' },
} as const

export const outcomeLabels = {
  'service-provided': 'They got what was asked for',
  partial: 'They got some of it',
  'not-provided': 'They did not get it',
  'client-declined': 'They did not want it',
  'client-unreachable': 'We could not reach them',
  'no-capacity': 'We had no room',
  ineligible: 'They are not eligible',
  waitlisted: 'They are on our waiting list',
  other: 'Something else',
} as const
