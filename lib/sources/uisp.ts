import { setImmediate } from 'node:timers/promises'
import type { UispConfig } from './config'
import type { Json } from './json-answer'
import { isEntry, textOf } from './reading'
import { retrying } from './retrying'
import { isFault, mostEntries, type Source, type SourceContext } from './source'
import { uispApi } from './uisp-api'
import { uispHistory } from './uisp-outages'
import { uispSnapshot } from './uisp-snapshot'
import { readUispPoll } from './uisp-status'

/** UISP: the network by its NMS, and the clients by its CRM where there is a key for it. */
export function openUisp(config: UispConfig, context: SourceContext): Source {
  const api = uispApi(config, context)
  const most = context.limits?.entries ?? mostEntries
  const now = context.now ?? Date.now
  return {
    test: async () => {
      api.startAnew()
      const version = await api.nms('nms/version')
      if (isFault(version) && version.kind !== 'status') return version
      const listed = await api.nms('outages?page=1&count=1') // small, and only answered to who may read
      if (isFault(listed)) return listed
      const crm = config.crm_key === undefined ? null : await api.crm('clients?limit=1')
      if (crm && isFault(crm)) return crm
      return tested(isFault(version) ? null : version, config)
    },
    snapshot: (onProgress = () => {}) => {
      const patient = (ask: typeof api.nms) => (path: string) => retrying(() => ask(path), context)
      const crm = config.crm_key === undefined ? null : patient(api.crm)
      return uispSnapshot(
        { nms: patient(api.nms), crm },
        { most, callingCode: config.calling_code ?? null, onProgress },
      )
    },
    poll: async () => {
      const answer = await api.nms('devices')
      if (isFault(answer)) return answer
      await setImmediate() // the whole list has just been parsed in one go: others come first
      return readUispPoll(answer.value, answer.answeredAt, most)
    },
    history: (days) => uispHistory((path) => retrying(() => api.nms(path), context), days, now()),
    close: api.close,
  }
}

function tested(answer: Json | null, { url, crm_key, insecure, fingerprint }: UispConfig) {
  const version = answer && isEntry(answer.value) ? textOf(answer.value.version, 40) : null
  const notes = [
    crm_key === undefined
      ? 'without its CRM, as no key of it is set: clients are those that the NMS names'
      : 'with its CRM',
    ...(url.startsWith('http:') ? ['not encrypted'] : []),
    ...(insecure && fingerprint === undefined ? ['its certificate is not checked'] : []),
  ]
  return { ok: true as const, words: `UISP${version ? ` ${version}` : ''} answers, ${notes.join(', ')}`, version }
}
