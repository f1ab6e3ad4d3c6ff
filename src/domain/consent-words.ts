/**
 * A consent in plain language, as it is read before it is signed, and as it was signed: who may tell whom what, what for, until when, and
 * that it may be taken back (42 CFR 2.31, 45 CFR 164.508(c)). All of it is said; what only narrows it in codes is left to its narrative.
 */
import { type Consent, type ConsentKind, isPart2, isToTreatment, type PurposeOfUse, type RecipientClass } from './consent.ts'
import { inWords } from './in-words.ts'
import type { Ref } from './kernel.ts'
import type { sensitivities } from './labels.ts'

export type PageLanguage = 'en' | 'es'

/** The first of these languages (BCP 47) that pages are written in, else English. */
export const pageLanguage = (languages: readonly string[]): PageLanguage =>
  languages.map((one) => one.toLowerCase().split('-')[0]).find((one) => one === 'es' || one === 'en') === 'es' ? 'es' : 'en'

export interface ConsentWords {
  readonly title: string
  readonly lines: readonly { readonly heading: string; readonly text: string }[]
}

type Both = Readonly<Record<PageLanguage, string>>
const both = (en: string, es: string): Both => ({ en, es })

const kinds: Readonly<Record<ConsentKind, Both>> = {
  'part2-tpo': both('Share my records of alcohol or drug treatment', 'Compartir mis datos de tratamiento de alcohol o drogas'),
  'part2-specific': both(
    'Share some of my records of alcohol or drug treatment',
    'Compartir algunos datos de mi tratamiento de alcohol o drogas',
  ),
  'part2-counselling-notes': both(
    'Share notes of my counseling for alcohol or drugs',
    'Compartir notas de mi consejería por alcohol o drogas',
  ),
  'hipaa-authorization': both('Share my health information', 'Compartir mi información de salud'),
  'sdoh-cbo-release': both(
    'Tell a community organization what I need help with',
    'Decir a una organización comunitaria en qué necesito ayuda',
  ),
  telehealth: both('Have visits by video or telephone', 'Tener citas por video o por teléfono'),
  research: both('Use my records for research', 'Usar mis datos para investigación'),
  'psychotherapy-notes': both('Share my therapist’s own notes', 'Compartir las notas propias de mi terapeuta'),
  'legal-proceeding': both('Use my records in a legal matter', 'Usar mis datos en un asunto legal'),
  'care-management': both('Have somebody plan and follow my care with me', 'Que alguien planee y siga mi atención conmigo'),
}

const purposes: Readonly<Record<PurposeOfUse, Both>> = {
  TREAT: both('to treat or help me', 'para tratarme o ayudarme'),
  ETREAT: both('to treat me in an emergency', 'para tratarme en una emergencia'),
  BTG: both('when my life is in danger', 'cuando mi vida esté en peligro'),
  COC: both('to work together on my care', 'para coordinar mi atención'),
  HPAYMT: both('to get my care paid for', 'para que se pague mi atención'),
  HOPERAT: both('to run and check their services', 'para administrar y revisar sus servicios'),
  CAREMGT: both('to manage my care', 'para administrar mi atención'),
  HRESCH: both('for research', 'para investigación'),
  PUBHLTH: both('for public health', 'para la salud pública'),
  PATRQT: both('because I asked for it', 'porque yo lo pedí'),
  FAMRQT: both('because my family asked for it', 'porque mi familia lo pidió'),
  SUPNWK: both('so that people close to me can support me', 'para que mis allegados me apoyen'),
  THREAT: both('to prevent a serious danger', 'para evitar un peligro grave'),
  HSYSADMIN: both('to run their computer systems', 'para administrar sus sistemas'),
}

const classes: Readonly<Record<RecipientClass, Both>> = {
  'treating-providers': both('everybody who treats me', 'todos los que me tratan'),
  'health-plans': both('my health plans', 'mis planes de salud'),
  payers: both('those who pay for my care', 'quienes pagan mi atención'),
  'programme-operations': both('those who help run the program', 'quienes ayudan a administrar el programa'),
}

const contents: Readonly<Record<(typeof sensitivities)[number], Both>> = {
  PSY: both('psychiatric care', 'atención psiquiátrica'),
  MH: both('mental health', 'salud mental'),
  BH: both('mental health and substance use', 'salud mental y uso de sustancias'),
  SUD: both('use of alcohol or drugs', 'uso de alcohol o drogas'),
  ETHUD: both('use of alcohol', 'uso de alcohol'),
  ETH: both('substance use', 'uso de sustancias'),
  OPIOIDUD: both('use of opioids', 'uso de opioides'),
  PSYTHPN: both('my therapist’s own notes', 'las notas propias de mi terapeuta'),
  SDV: both('abuse or violence against me', 'abuso o violencia contra mí'),
  SEX: both('sexual and reproductive health', 'salud sexual y reproductiva'),
  STD: both('infections passed on by sex', 'infecciones de transmisión sexual'),
  HIV: both('HIV', 'VIH'),
  VIO: both('violence', 'violencia'),
  EMOTDIS: both('emotional distress', 'malestar emocional'),
  COGN: both('memory and thinking', 'memoria y pensamiento'),
  DVD: both('developmental disability', 'discapacidad del desarrollo'),
  GDIS: both('genetic illness', 'enfermedad genética'),
  TBOO: both('other very private matters', 'otros asuntos muy privados'),
  SSP: both('very private services', 'servicios muy privados'),
}

const said = {
  who: both('Who may tell', 'Quién puede informar'),
  whom: both('Whom', 'A quién'),
  what: both('What', 'Qué'),
  also: both('This includes private information about', 'Esto incluye información privada sobre'),
  notTold: both('What is not told', 'Qué no se dice'),
  notToldTo: both('not to', 'no a'),
  why: both('What for', 'Para qué'),
  from: both('Since when', 'Desde cuándo'),
  until: both('Until when', 'Hasta cuándo'),
  none: both('There is no end date.', 'No tiene fecha de fin.'),
  replaces: both('This takes the place of', 'Esto reemplaza a'),
  former: both('a consent that you gave before.', 'un permiso que usted dio antes.'),
  rights: both('Your rights', 'Sus derechos'),
  free: both(
    'You do not have to agree. If you say no, you can still get care here. You can change your mind at any time: tell us, and we stop. What was told before then cannot be taken back.',
    'No tiene que aceptar. Si dice que no, igual puede recibir atención aquí. Puede cambiar de opinión en cualquier momento: avísenos y dejamos de hacerlo. Lo que ya se dijo no se puede retirar.',
  ),
  onward: both(
    'Whoever is told may not be bound by the same privacy laws, and could tell others.',
    'Quien reciba la información quizá no esté sujeto a las mismas leyes de privacidad y podría decirla a otros.',
  ),
  part2: both(
    'Federal law (42 CFR part 2) protects records of alcohol and drug treatment, also after they were told.',
    'La ley federal (42 CFR parte 2) protege los datos de tratamiento de alcohol y drogas, también después de compartirlos.',
  ),
  forbids: both('This says no: what follows is not to be told.', 'Esto dice que no: lo que sigue no se debe decir.'),
} as const

type Party = { readonly class: RecipientClass } | Ref

/** `called`: how somebody is called that a reference leads to. */
export function consentWords(consent: Consent, language: PageLanguage, called: (who: Ref, type: string) => string): ConsentWords {
  const { kind, ruling, disclosers, recipients, purposes: reasons, content, exceptions, validFrom, expires, replaces } = consent
  const word = (of: Both): string => of[language]
  const name = (who: Party): string => ('class' in who ? word(classes[who.class]) : called(who, 'Organization'))
  const told = (all: Consent['recipients']): string =>
    all
      .flatMap(({ who, participants }) => [who, ...participants])
      .map(name)
      .join('; ')
  const privately = content.sensitivities.map((one) => word(contents[one])).join(', ')
  const excepted = exceptions.map(({ sensitivities: kept, codes, recipients: to }) => {
    const what = [
      ...kept.map((one) => word(contents[one])),
      ...codes.flatMap((one) => inWords({ ...one, coding: one.codings }) ?? []),
    ]
    return [what.join(', '), to.length > 0 ? `${word(said.notToldTo)} ${told(to)}` : ''].join(' ').trim()
  })
  const end =
    expires === undefined ? '' : 'on' in expires ? expires.on : expires.event === 'none' ? word(said.none) : expires.event
  const rights = [word(said.free), ...(isToTreatment(kind) ? [] : [word(isPart2(kind) ? said.part2 : said.onward)])]
  const lines: readonly (readonly [Both, string])[] = [
    ...(ruling === 'deny' ? [[said.what, word(said.forbids)] as const] : []),
    [said.who, disclosers.map((one) => called(one, 'Organization')).join('; ')],
    [said.whom, told(recipients)],
    [said.what, content.narrative ?? ''],
    [said.also, privately],
    [said.notTold, excepted.filter((one) => one !== '').join('; ')],
    [said.why, reasons.map((one) => word(purposes[one])).join(', ')],
    [said.from, validFrom ?? ''],
    [said.until, end],
    [said.replaces, replaces === undefined ? '' : word(said.former)],
    [said.rights, rights.join(' ')],
  ]
  return {
    title: kind === undefined ? word(said.what) : word(kinds[kind]),
    lines: lines.flatMap(([heading, text]) => (text === '' ? [] : [{ heading: word(heading), text }])),
  }
}
