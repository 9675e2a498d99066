import { notFound } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { findSuggestion, type ListedSuggestion } from '@/lib/store/suggestion-list'
import { decideSuggestion } from '@/lib/store/suggestions'
import type { SuggestionAnswer } from '@/lib/wire/rest-facts'

export type Path = { id: string }

export function suggestionAnswer(suggestion: ListedSuggestion): SuggestionAnswer {
  return {
    id: suggestion.id,
    kind: suggestion.kind,
    device: suggestion.device,
    from: suggestion.from,
    to: suggestion.to,
    words: suggestion.words,
    first_seen_at: suggestion.firstSeenAt.toISOString(),
    last_seen_at: suggestion.lastSeenAt.toISOString(),
    decision: suggestion.decision,
    decided_at: suggestion.decidedAt?.toISOString() ?? null,
    decided_by: suggestion.decidedBy,
  }
}

/** Decides, once. Throws not-found, conflict when it was decided before, and invalid-input when it cannot be done. */
export async function decide(id: number, decision: 'accepted' | 'dismissed', by: string): Promise<SuggestionAnswer> {
  const done = await decideSuggestion(id, decision, by)
  if (done && 'fault' in done) throw new Problem(done.conflict ? 'conflict' : 'invalid-input', done.fault)
  const suggestion = await findSuggestion(id)
  if (!suggestion) throw notFound('No suggestion', id)
  if (done === null) throw new Problem('conflict', `It was ${suggestion.decision} before`)
  return suggestionAnswer(suggestion)
}
