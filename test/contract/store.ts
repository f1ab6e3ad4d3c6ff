/** What every store keeps, called once per database. */
import { describe } from 'vitest'
import { auditContract } from './store/audit.ts'
import { byDateContract } from './store/by-date.ts'
import { companyContract } from './store/company.ts'
import { longSearchesContract } from './store/long-searches.ts'
import { outboxContract } from './store/outbox.ts'
import { pagesContract } from './store/pages.ts'
import { plansContract } from './store/plans.ts'
import { recordsContract } from './store/records.ts'
import { rewritesContract } from './store/rewrites.ts'
import { searchContract } from './store/search.ts'
import { standingPagesContract } from './store/standing-pages.ts'
import type { Inside } from './store/support.ts'
import { versionsContract } from './store/versions.ts'
import { visibilityContract } from './store/visibility.ts'

/** `inside` gives each test an empty place of its own, and clears it away. */
export function storeContract(name: string, inside: Inside): void {
  describe(`the store in ${name}`, () => {
    versionsContract(inside)
    plansContract(inside)
    rewritesContract(inside)
    companyContract(inside)
    searchContract(inside)
    byDateContract(inside)
    pagesContract(inside)
    standingPagesContract(inside)
    longSearchesContract(inside)
    visibilityContract(inside)
    outboxContract(inside)
    recordsContract(inside)
    auditContract(inside)
  })
}
