/** `handoff validate`: is it FHIR R4? Resources, Bundles (each entry is looked at with its Bundle), and NDJSON. */
import type { Problem } from '../domain/problem.ts'
import type { OutcomeIssue } from '../fhir/outcome.ts'
import type { Command } from './command.ts'

export const validate: Command = {
  name: 'validate',
  usage: 'handoff validate <file…>',
  summary: 'Validates resources, Bundles and NDJSON against FHIR R4.',
  help: `Elements, cardinality, types, the syntax of values, invariants, and codes of required bindings. Prints one line for each issue:
file (and line, for .ndjson), severity, code, FHIRPath, what is wrong there. Exit code 1 if there are errors.`,

  async run(files, io) {
    if (files.length === 0) {
      io.err(`Usage: ${validate.usage}`)
      return 2
    }
    let resources = 0
    let faulty = 0
    for (const file of files) {
      const text = io.readFile(file)
      if (text === undefined) {
        io.err(`${file} cannot be read.`)
        return 2
      }
      for (const { from, content } of contentsOf(file, text)) {
        const issues = await issuesOf(content)
        for (const { severity, code, expression = [], diagnostics } of issues)
          io.out([from, severity, code, ...expression, diagnostics].join('  '))
        resources++
        if (issues.length > 0) faulty++
      }
    }
    io.out(`${resources} looked at, ${faulty} with errors`)
    return faulty > 0 ? 1 : 0
  },
}

interface Content {
  readonly from: string
  readonly content: string
}

function contentsOf(file: string, text: string): readonly Content[] {
  if (!file.endsWith('.ndjson')) return [{ from: file, content: text }]
  const lines = text.split('\n').map((content, i) => ({ from: `${file}:${i + 1}`, content: content.trim() }))
  return lines.filter(({ content }) => content !== '')
}

async function issuesOf(text: string): Promise<readonly OutcomeIssue[]> {
  const { problem } = await import('../domain/problem.ts')
  const { readJson } = await import('../fhir/exact.ts')
  const { outcome } = await import('../fhir/outcome.ts')
  const { validate: look } = await import('../fhir/validate/validate.ts')
  const issuesIn = (found: Problem): readonly OutcomeIssue[] => outcome(found).issue
  const read = readJson(text, { bytes: text.length })
  if (!read.ok) return issuesIn(read.problem)
  const { structure, rules } = look(read.value.value)
  return [
    ...(structure.length > 0 ? issuesIn(problem('invalid', 'Not R4 JSON.', { issues: structure })) : []),
    ...(rules.length > 0 ? issuesIn(problem('rule-broken', 'A rule is broken.', { issues: rules })) : []),
  ]
}
