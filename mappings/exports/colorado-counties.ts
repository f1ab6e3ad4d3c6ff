/** Colorado's counties, by the numbers that its Behavioral Health Administration gives them: their order here, from 01 on. */
import type * as fhir from '@medplum/fhirtypes'

const counties = [
  'Adams | Alamosa | Arapahoe | Archuleta | Baca | Bent | Boulder | Broomfield | Chaffee | Cheyenne | Clear Creek',
  'Conejos | Costilla | Crowley | Custer | Delta | Denver | Dolores | Douglas | Eagle | El Paso | Elbert',
  'Fremont | Garfield | Gilpin | Grand | Gunnison | Hinsdale | Huerfano | Jackson | Jefferson | Kiowa',
  'Kit Carson | La Plata | Lake | Larimer | Las Animas | Lincoln | Logan | Mesa | Mineral | Moffat | Montezuma',
  'Montrose | Morgan | Otero | Ouray | Park | Phillips | Pitkin | Prowers | Pueblo | Rio Blanco | Rio Grande',
  'Routt | Saguache | San Juan | San Miguel | Sedgwick | Summit | Teller | Washington | Weld | Yuma',
]
  .join(' | ')
  .split(' | ')

const outOfState = '77'
const codes = new Map(counties.map((name, i) => [name.toLowerCase(), String(i + 1).padStart(2, '0')]))
const known = new Set([...codes.values(), outOfState, '99'])

/**
 * https://build.fhir.org/ig/CoBHA/CoBHRM-FHIR-IG/branches/main/en/CodeSystem-bha-counties-cs.html; undefined where the address does not say its
 * county, or its state. A number stays what it is.
 */
export function countyCode({ district = '', state }: fhir.Address): string | undefined {
  if (known.has(district)) return district
  if (state !== undefined && state !== 'CO' && /^[A-Z]{2}$/.test(state)) return outOfState
  return state === 'CO'
    ? codes.get(
        district
          .toLowerCase()
          .replace(/ county$/, '')
          .trim(),
      )
    : undefined
}
