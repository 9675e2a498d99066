import type { PriorityFault } from '@/lib/domain/priority'
import { Problem } from '@/lib/problem'

/** A mistake in an expression, with its place. */
export const priorityProblem = (field: string, { line, column, message }: PriorityFault) =>
  new Problem('invalid-input', `${field}: line ${line}, column ${column}: ${message}`)
