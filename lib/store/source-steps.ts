import type { JSONValue } from 'postgres'
import type { Answer, SourceRule } from '@/lib/domain/source-isolation'
import type { SaidOfDevice, SourceStep } from '@/lib/domain/source-poll'
import type { SourceSteps } from './source-outages'

/** Steps that are being gathered. */
export type GatheredSteps = { [K in keyof SourceSteps]: SourceSteps[K][number][] }

type About = {
  source: { id: number; kind: string; name: string }
  rule: SourceRule
  answeredAt: number
  deviceId: number
  bootedAt: number | null
}

/** Adds what follows for one device, with the evidence that is kept of it. */
export function addStep(steps: GatheredSteps, about: About, said: SaidOfDevice, step: SourceStep): void {
  const { deviceId } = about
  if (step.to === 'dark') {
    const { misses, polls } = about.rule
    const rule = `${misses} dark answer${misses === 1 ? '' : 's'} of the last ${polls}`
    steps.dark.push({
      deviceId,
      beganAt: step.beganAt,
      isolatedAt: step.isolatedAt,
      evidence: evidenceOf(about, said, rule, step.answers),
    })
  } else if (step.to === 'up') {
    const { revive } = about.rule
    const bootedAt = said.uptimeSeconds === null ? about.bootedAt : about.answeredAt - said.uptimeSeconds * 1000
    steps.up.push({
      deviceId,
      outageId: step.outageId,
      endedAt: step.endedAt,
      bootedAt,
      evidence: evidenceOf(about, said, `${revive} up answer${revive === 1 ? '' : 's'} in a row`, step.answers),
    })
  } else if (step.to === 'shown') steps.shown.push({ deviceId, status: step.status })
  else if (said.says !== 'none') {
    const { source: words } = evidenceOf(about, said, null, [])
    const witness = { ...words, says: said.says }
    steps.witnesses.push({ outageId: step.outageId, sourceId: about.source.id, says: said.says, witness })
  }
}

/** The message that decided, verbatim, and the answers that counted with it. */
function evidenceOf(
  { source, answeredAt }: About,
  said: SaidOfDevice,
  rule: string | null,
  answers: readonly Answer[],
) {
  return {
    source: {
      id: source.id,
      kind: source.kind,
      name: source.name,
      answered_at: new Date(answeredAt).toISOString(),
      status: said.status,
      ...(said.powerCut ? { power_cut: true } : {}),
      ...(rule === null ? {} : { rule }),
      ...(answers.length === 0
        ? {}
        : { answers: answers.map(([at, dark]) => ({ at: new Date(at).toISOString(), says: dark ? 'dark' : 'up' })) }),
      entry: said.entry as JSONValue,
    },
  }
}
