/** A Problem as OperationOutcome. https://hl7.org/fhir/R4/operationoutcome.html */
import { type Issue, type Problem, problems } from '../domain/problem.ts'

export interface OutcomeIssue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information'
  readonly code: string
  readonly diagnostics: string
  readonly expression?: readonly string[]
}

interface OperationOutcome {
  readonly resourceType: 'OperationOutcome'
  readonly issue: readonly OutcomeIssue[]
}

/** HTTP status that goes with the problem. */
export const statusOf = (problem: Problem): number => problems[problem.code].status

/** One issue for each finding; the problem's own sentence where it has none. */
export function outcome(problem: Problem): OperationOutcome {
  const code = problems[problem.code].issue
  const issues = problem.issues.map((issue) => outcomeIssue(issue, code))
  const told = issues.some((issue) => issue.severity === 'error')
  return {
    resourceType: 'OperationOutcome',
    issue: told ? issues : [{ severity: 'error', code, diagnostics: problem.detail }, ...issues],
  }
}

/** Findings that refuse nothing (warnings of an accepted resource, or "all well"). */
export function informationOutcome(issues: readonly Issue[], text = 'No issues found.'): OperationOutcome {
  const found = issues.map((issue) => outcomeIssue(issue, 'informational'))
  return {
    resourceType: 'OperationOutcome',
    issue: found.length > 0 ? found : [{ severity: 'information', code: 'informational', diagnostics: text }],
  }
}

function outcomeIssue(issue: Issue, code: string): OutcomeIssue {
  return {
    severity: issue.severity ?? 'error',
    code: issue.kind ?? code,
    diagnostics: issue.message,
    ...(issue.path !== undefined && { expression: [issue.path] }),
  }
}
