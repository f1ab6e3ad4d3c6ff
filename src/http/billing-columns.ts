/** The billing feed as a table: one row for each version of a line. Lists stand in one cell, parted by semicolons. */
import type { BillingItem, MailAddress } from '../domain/billing-item.ts'
import type { Cell } from './csv.ts'

type Column = readonly [name: string, cell: (item: BillingItem) => Cell]

const list = (values: readonly (string | number)[]): Cell => values.join(';')

const mail = (prefix: string, of: (item: BillingItem) => MailAddress | undefined): readonly Column[] => [
  [`${prefix}_address`, (item) => of(item)?.lines.join(' ')],
  [`${prefix}_city`, (item) => of(item)?.city],
  [`${prefix}_state`, (item) => of(item)?.state],
  [`${prefix}_postal_code`, (item) => of(item)?.postalCode],
]

export const billingColumns: readonly Column[] = [
  ['line', ({ line }) => line],
  ['version', ({ version }) => version],
  ['state', ({ state }) => state],
  ['at', ({ at }) => at],
  ['frequency', ({ frequency }) => frequency],
  ['corrects', ({ corrects }) => corrects],
  ['corrects_claim', ({ correctsClaim }) => correctsClaim],
  ['session', ({ session }) => session],
  ['code_system', ({ codeSystem }) => codeSystem],
  ['code', ({ code }) => code],
  ...[0, 1, 2, 3].map((i): Column => [`modifier_${i + 1}`, ({ modifiers }) => modifiers[i]]),
  ['units', ({ units }) => units],
  ['minutes', ({ minutes }) => minutes],
  ['unit_rule', ({ unitRule }) => unitRule],
  ['service_from', ({ serviceFrom }) => serviceFrom],
  ['service_to', ({ serviceTo }) => serviceTo],
  ['place_of_service', ({ placeOfService }) => placeOfService],
  ['diagnoses', ({ diagnoses }) => list(diagnoses)],
  ['pointers', ({ pointers }) => list(pointers)],
  ['charge', ({ charge }) => charge?.amount],
  ['currency', ({ charge }) => charge?.currency],
  ['reason', ({ reason }) => reason],
  ['warnings', ({ warnings }) => list(warnings)],
  ['client', ({ client }) => client.id],
  ['client_family', ({ client }) => client.family],
  ['client_given', ({ client }) => client.given],
  ['client_birth_date', ({ client }) => client.birthDate],
  ['client_gender', ({ client }) => client.gender],
  ...mail('client', ({ client }) => client.address),
  ['coverage', ({ coverage }) => coverage?.id],
  ['coverage_kind', ({ coverage }) => coverage?.kind],
  ['coverage_priority', ({ coverage }) => coverage?.priority],
  ['member_id', ({ coverage }) => coverage?.memberId],
  ['subscriber_id', ({ coverage }) => coverage?.subscriberId],
  ['relationship', ({ coverage }) => coverage?.relationship],
  ['group_number', ({ coverage }) => coverage?.groupNumber],
  ['plan_name', ({ coverage }) => coverage?.planName],
  ['payer', ({ coverage }) => coverage?.payer?.id],
  ['payer_name', ({ coverage }) => coverage?.payer?.name],
  ['payer_identifier', ({ coverage }) => coverage?.payer?.identifiers[0]?.value],
  ['authorization', ({ authorization }) => authorization?.id],
  ['authorization_number', ({ authorization }) => authorization?.number],
  ['renderer', ({ renderer }) => renderer?.id],
  ['renderer_family', ({ renderer }) => renderer?.family],
  ['renderer_given', ({ renderer }) => renderer?.given],
  ['renderer_npi', ({ renderer }) => renderer?.npi],
  ['renderer_taxonomy', ({ renderer }) => renderer?.taxonomy],
  ['billing_provider', ({ billingProvider }) => billingProvider?.id],
  ['billing_provider_name', ({ billingProvider }) => billingProvider?.name],
  ['billing_provider_npi', ({ billingProvider }) => billingProvider?.npi],
  ['billing_provider_tax_id', ({ billingProvider }) => billingProvider?.taxId],
  ...mail('billing_provider', ({ billingProvider }) => billingProvider?.address),
]
