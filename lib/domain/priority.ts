import { type ASTNode, Environment, EvaluationError } from '@marcbachmann/cel-js'
import type { IncidentFacts } from './incident-facts'
import type { Priority } from './notice'
import { nearest, priorities, priorityFunctions, priorityVariables } from './priority-words'

export { priorityCompletions } from './priority-words'

/** A mistake in an expression. start and end are places in the text, line and column count from 1. */
export type PriorityFault = { message: string; start: number; end: number; line: number; column: number }
/** `fault`: the expression could not be worked out for this incident, which then counts as normal. */
export type Weighed = { priority: Priority; fault: string | null }
export type CompiledPriority = { evaluate: (facts: Omit<IncidentFacts, 'priority'>) => Weighed }

const mostText = 2_000
const mostNesting = 2
const outcomes = '"critical", "normal" or "low"'
// Neither matches (a pattern can run for years) nor whatever makes lists longer: an expression is done in microseconds.
const allowedCalls: ReadonlySet<string> = new Set([
  ...priorityFunctions.map(({ name }) => name),
  'int',
  'double',
  'string',
])

const environment = priorityVariables.reduce(
  (made, { name, type }) => made.registerVariable(name, type),
  new Environment({
    limits: { maxAstNodes: 400, maxDepth: 40, maxListElements: 100, maxMapEntries: 20, maxCallArguments: 4 },
  }),
)

/**
 * Reads a priority expression in CEL, such as `affectedClients > 10 || role == "router" ? "critical" : "normal"`. Names and
 * types are checked, and each of its outcomes has to be a priority, so that what was saved can always be evaluated.
 */
export function compilePriority(text: string): CompiledPriority | { fault: PriorityFault } {
  if (text.length > mostText)
    return faultAt(text, mostText, text.length, `found ${text.length} characters, expected at most ${mostText}`)
  if (text.trim() === '')
    return faultAt(text, 0, text.length, `found nothing, expected an expression that gives ${outcomes}`)
  const checked = environment.check(text)
  if (checked.error) {
    const { start, end } = checked.error.range ?? { start: 0, end: text.length }
    return faultAt(text, start, end, checkedWords(checked.error, text.slice(start, end)))
  }
  const run = environment.parse(text)
  const wrong = forbiddenCall(run.ast, 0) ?? wrongOutcome(run.ast)
  if (wrong) return faultAt(text, wrong.start, wrong.end, wrong.message)
  return { evaluate: (facts) => evaluated(run, facts) }
}

function evaluated(
  run: (context: Record<string, unknown>) => unknown,
  facts: Omit<IncidentFacts, 'priority'>,
): Weighed {
  try {
    const outcome = run({
      kind: facts.kind,
      name: facts.name,
      role: facts.role,
      site: facts.site ?? '',
      client: facts.client ?? '',
      tags: facts.tags,
      size: BigInt(facts.size),
      affectedClients: BigInt(facts.affectedClients),
      affectedTargets: BigInt(facts.affectedTargets),
      openedAt: new Date(facts.openedAt),
    })
    const priority = priorities.find((known) => known === outcome)
    return priority
      ? { priority, fault: null }
      : { priority: 'normal', fault: `found ${outcome}, expected ${outcomes}` }
  } catch (error) {
    if (error instanceof EvaluationError) return { priority: 'normal', fault: error.summary }
    throw error
  }
}

type Wrong = { message: string; start: number; end: number }

/** The first call that is not offered, or one of lists within lists within lists. */
function forbiddenCall(node: ASTNode, nested: number): Wrong | null {
  const name = node.op === 'call' || node.op === 'rcall' ? node.args[0] : null
  if (name !== null && !allowedCalls.has(name))
    return { ...node.range, message: `found ${name}(), expected one of ${[...allowedCalls].join(', ')}` }
  const within = name === 'exists' || name === 'all' ? nested + 1 : nested
  if (within > mostNesting)
    return {
      ...node.range,
      message: `found ${name}() ${within} deep, expected at most ${mostNesting} within one another`,
    }
  for (const child of childrenOf(node.args)) {
    const wrong = forbiddenCall(child, within)
    if (wrong) return wrong
  }
  return null
}

/** The first outcome that is not one of the priorities written out. */
function wrongOutcome(node: ASTNode): Wrong | null {
  if (node.op === '?:') return wrongOutcome(node.args[1]) ?? wrongOutcome(node.args[2])
  if (node.op === 'value' && priorities.some((priority) => priority === node.args)) return null
  const { start, end } = node.range
  return {
    start,
    end,
    message: `found ${node.input.slice(start, end).slice(0, 60)}, expected ${outcomes} as an outcome`,
  }
}

function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf)
  return isNode(args) ? [args] : []
}
const isNode = (value: unknown): value is ASTNode => typeof value === 'object' && value !== null && 'op' in value

/** The library's word for a mistake in ours: what was found and what was expected. */
function checkedWords({ code, summary }: { code: string; summary: string }, found: string): string {
  if (code === 'unknown_variable') {
    const names = priorityVariables.map(({ name }) => name)
    return `found the unknown name ${found.slice(0, 60)}, expected ${nearest(found, names) ?? `one of ${names.join(', ')}`}`
  }
  if (code === 'unexpected_token' && summary.endsWith('EOF')) return 'found the end, expected the expression to go on'
  if (code === 'no_such_overload')
    return `found ${summary.replace(/^no such overload: /, '')}, which does not go together`
  return summary.slice(0, 200)
}

function faultAt(text: string, start: number, end: number, message: string): { fault: PriorityFault } {
  const before = text.slice(0, start)
  const line = before.split('\n').length
  return { fault: { message, start, end, line, column: start - before.lastIndexOf('\n') } }
}
