/** Which tests run where. `npm test` runs all; `npx vitest run --project stories test/fhir` a few. */
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

// Neither asks the network for anything.
process.env.WRANGLER_SEND_METRICS = 'false'
process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false'

/** Properties and processes take their time on a busy machine, and no test is about time: this ends what hangs. */
const patient = { testTimeout: 300_000, hookTimeout: 300_000 }

/** A configuration at the edge is no file, but the text itself. */
const claims = {
  submitter: { id: 'HARBOR1', name: 'Harbor Street Counseling', contact: { phone: '7165550100' } },
  receiver: { id: 'LAKECLEAR', name: 'Lakeside Clearinghouse' },
}

const worker = {
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        bindings: {
          ...{ HANDOFF_AUTH: 'none', HANDOFF_BASE_URL: 'http://localhost:8787', HANDOFF_LOG: 'silent' },
          HANDOFF_CONFIG: JSON.stringify({ tenants: [{ name: 'default', claims }] }),
        },
      },
    }),
  ],
  test: {
    name: 'worker',
    include: ['test/runtime/worker/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    ...patient,
  },
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'stories',
          include: ['test/**/*.test.ts'],
          setupFiles: ['test/support/seed.ts'],
          ...patient,
          exclude: ['test/architecture.test.ts', 'test/runtime/worker/**', 'test/faults/**', 'test/bench/**'],
        },
      },
      { test: { name: 'architecture', include: ['test/architecture.test.ts'] } },
      // Processes are killed and partners misbehave here: one file at a time, so that the machine's noise is the test's own.
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          setupFiles: ['test/support/seed.ts'],
          fileParallelism: false,
          ...patient,
        },
      },
      worker,
    ],
    passWithNoTests: true,
  },
})
