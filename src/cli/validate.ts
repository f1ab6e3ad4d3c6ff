/** `handoff validate`: is it FHIR R4, and valid against its profiles? Resources, Bundles (each entry is looked at with its Bundle), and NDJSON. */
import { parseArgs } from 'node:util'
import { type Problem, unlessThrown } from '../domain/problem.ts'
import type { OutcomeIssue } from '../fhir/outcome.ts'
import type { Profiles } from '../fhir/profiles/profiles.ts'
import type { Command } from './command.ts'

export const validate: Command = {
  name: 'validate',
  usage: 'handoff validate [--profile <url>]… [--with <folder>]… <file…>',
  summary: 'Validates resources, Bundles and NDJSON against FHIR R4 and their profiles.',
  help: `Elements, cardinality, types, the syntax of values, invariants, and codes of required bindings; and what the profiles ask that a resource
claims (meta.profile) or that --profile names. Known are our own, and those found in the folders that --with names (JSON files of
StructureDefinitions, ValueSets and CodeSystems, as in a FHIR package). Prints one line for each issue: file (and line, for .ndjson),
severity, code, FHIRPath, what is wrong there. Exit code 1 if there are errors; what could not be asked is information.`,

  async run(args, io) {
    const given = argumentsOf(args)
    if (!given || given.files.length === 0) {
      io.err(`Usage: ${validate.usage}`)
      return 2
    }
    const { knownProfiles } = await import('./conformance.ts')
    const profiles = knownProfiles(given.folders)
    if (!profiles.ok) {
      io.err(profiles.problem.detail)
      return 2
    }
    const unknown = given.profiles.find((url) => profiles.value.typeOf(url) === undefined)
    if (unknown !== undefined) {
      io.err(`The profile ${unknown} is not known: --with names a folder where it is.`)
      return 2
    }
    let resources = 0
    let faulty = 0
    for (const file of given.files) {
      const text = io.readFile(file)
      if (text === undefined) {
        io.err(`${file} cannot be read.`)
        return 2
      }
      for (const { from, content } of contentsOf(file, text)) {
        const issues = await issuesOf(content, profiles.value, given.profiles)
        for (const { severity, code, expression = [], diagnostics } of issues)
          io.out([from, severity, code, ...expression, diagnostics].join('  '))
        resources++
        if (issues.some(({ severity }) => severity === 'error')) faulty++
      }
    }
    io.out(`${resources} looked at, ${faulty} with errors`)
    return faulty > 0 ? 1 : 0
  },
}

interface Given {
  readonly files: readonly string[]
  readonly profiles: readonly string[]
  readonly folders: readonly string[]
}

function argumentsOf(args: readonly string[]): Given | undefined {
  const many = { type: 'string', multiple: true, default: [] as string[] } as const
  const given = unlessThrown(() => parseArgs({ args: [...args], allowPositionals: true, options: { profile: many, with: many } }))
  return given && { files: given.positionals, profiles: given.values.profile, folders: given.values.with }
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

async function issuesOf(text: string, profiles: Profiles, asked: readonly string[]): Promise<readonly OutcomeIssue[]> {
  const { problem } = await import('../domain/problem.ts')
  const { readJson } = await import('../fhir/exact.ts')
  const { informationOutcome, outcome } = await import('../fhir/outcome.ts')
  const { validate: look } = await import('../fhir/validate/validate.ts')
  const issuesIn = (found: Problem): readonly OutcomeIssue[] => outcome(found).issue
  const read = readJson(text, { bytes: text.length, values: Number.POSITIVE_INFINITY })
  if (!read.ok) return issuesIn(read.problem)
  const { structure, rules } = look(read.value.value)
  const isSound = structure.length + rules.length === 0
  const judged = isSound ? profiles.judge(read.value.value, asked) : []
  const broken = [...rules, ...judged.filter(({ severity }) => severity === undefined)]
  const left = judged.filter(({ severity }) => severity !== undefined)
  return [
    ...(structure.length > 0 ? issuesIn(problem('invalid', 'Not R4 JSON.', { issues: structure })) : []),
    ...(broken.length > 0 ? issuesIn(problem('rule-broken', 'A rule is broken.', { issues: broken })) : []),
    ...(left.length > 0 ? informationOutcome(left).issue : []),
  ]
}
