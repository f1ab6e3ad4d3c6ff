/**
 * The category that matters among several: one of SDOH Clinical Care stands for itself; one of another system is marked, because other
 * concepts of the list (general classes of services, kinds of problem lists) are not ours to read.
 */
import type { CodeableConcept, Coding as FhirCoding } from '@medplum/fhirtypes'
import type { Coding } from '../../src/domain/kernel.ts'
import { sdohCodes } from '../../src/domain/sdoh.ts'
import { type Codec, cannot, silently, unread } from '../../src/lens/codec.ts'
import { first } from '../../src/lens/head.ts'
import type { ListPlace } from '../../src/lens/place.ts'
import { coding } from './datatypes.ts'
import { local } from './extension.ts'

const marker = local('specific-category')
const codingIn = (item: CodeableConcept): FhirCoding | undefined =>
  item.coding?.find(({ system }) => system === sdohCodes) ?? item.coding?.[0]

const specific: Codec<CodeableConcept, Coding> = {
  name: 'specific category',
  read(raw, report) {
    const found = codingIn(raw)
    return found === undefined ? cannot(report, 'expected a coding') : coding.read(found, report)
  },
  write(value, prior) {
    const known = prior && codingIn(prior)
    const said = known === undefined ? unread : coding.read(known, silently)
    if (prior && said !== unread && said.system === value.system && said.code === value.code)
      return { ...prior, coding: prior.coding!.map((one) => (one === known ? coding.write(value, known) : one)) }
    const marked = value.system === sdohCodes ? {} : { extension: [{ url: marker, valueBoolean: true }] }
    return { ...marked, coding: [coding.write(value, undefined)] }
  },
}

export const specificCategory = <R>(categories: ListPlace<R, CodeableConcept>) =>
  first(
    categories.each(specific, {
      by: ['system', 'code'],
      only: {
        label: 'category',
        test: (item) =>
          item.coding?.some(({ system }) => system === sdohCodes) === true ||
          item.extension?.some(({ url }) => url === marker) === true,
      },
    }),
  )
