import { expect, test } from 'vitest'
import { createMetrics } from '../../src/observe/metrics.ts'

test('counters are printed as Prometheus reads them', () => {
  const metrics = createMetrics()
  metrics.count('handoff_requests_total', { area: 'fhir', status: '2xx' })
  metrics.count('handoff_requests_total', { area: 'fhir', status: '2xx' })
  metrics.count('handoff_requests_total', { area: 'a "quoted"\nline', status: '4xx' })
  expect(metrics.print()).toBe(
    [
      '# HELP handoff_requests_total Requests answered, by area and status class.',
      '# TYPE handoff_requests_total counter',
      'handoff_requests_total{area="fhir",status="2xx"} 2',
      'handoff_requests_total{area="a _quoted__line",status="4xx"} 1',
      '',
    ].join('\n'),
  )
})
