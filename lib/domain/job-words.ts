import { durationWords } from './duration'

/** What is wrong with a job, as far as it is told. Instants are ISO 8601. */
export type JobTrouble =
  | { kind: 'missed'; misses: number; due_at: string; last_beat_at: string | null; away?: true }
  | { kind: 'failed'; exit_status: number | null; message: string | null }
  | { kind: 'ran_too_long'; started_at: string | null; grace_seconds: number }

const longestMessage = 120
type Fields = Record<string, unknown>

/** What is wrong, by the evidence that is kept with the outage; null when it says nothing that we know. */
export function troubleOf(evidence: unknown): JobTrouble | null {
  const said = fields(evidence)
  const beat = fields(said.beat)
  if (said.kind === 'missed') {
    const due = Array.isArray(said.due) ? said.due.filter((one) => typeof one === 'string') : []
    const [first] = due
    const misses = number(said.misses) ?? due.length
    const heard = text(fields(said.last_beat).at)
    const away = said.away ? { away: true as const } : {}
    return first ? { kind: 'missed', misses, due_at: first, last_beat_at: heard, ...away } : null
  }
  if (said.kind === 'ran_too_long')
    return { kind: 'ran_too_long', started_at: text(said.started_at), grace_seconds: number(said.grace_seconds) ?? 0 }
  if (said.kind === 'failed' || beat.signal === 'fail')
    return { kind: 'failed', exit_status: number(beat.exit_status), message: messageOf(beat) }
  return null
}

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
const number = (value: unknown) => (typeof value === 'number' ? value : null)

/** What the job said of it: its message, or the last line of its output. */
function messageOf(beat: Fields): string | null {
  const lines = (text(beat.message) ?? text(beat.body) ?? '').split(/[\r\n]+/).filter((line) => line.trim() !== '')
  const last = lines
    .at(-1)
    ?.replace(/[\p{Cc}\p{Cs}]+/gu, ' ')
    .trim()
  if (!last) return null
  const letters = [...last]
  return letters.length > longestMessage ? `${letters.slice(0, longestMessage - 1).join('')}…` : last
}

/** What happened to it, after its name: "has missed its beat". */
export function troubleWords(job: JobTrouble): string {
  if (job.kind === 'missed') return job.misses > 1 ? `has missed ${job.misses} beats` : 'has missed its beat'
  if (job.kind === 'ran_too_long') return 'ran too long'
  return job.exit_status === null ? 'failed' : `failed with exit status ${job.exit_status}`
}

/** The first line of its incident: "Missed its beat." */
export function troubleNote(job: JobTrouble): string {
  const words = troubleWords(job).replace(/^has /, '')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

/** What more there is to say; `clock` shows an instant as its reader does, `behind` goes before the first stop. */
export function troubleDetail(job: JobTrouble, beganAt: string, clock: (at: string) => string, behind: string): string {
  if (job.kind === 'missed') {
    const heard = job.last_beat_at === null ? '' : `, last heard of at ${clock(job.last_beat_at)}`
    const away = job.away ? ' Beatline itself took no beats for a while then.' : ''
    return `Expected at ${clock(job.due_at)}${heard}${behind}.${away}`
  }
  if (job.kind === 'failed')
    return `Reported at ${clock(beganAt)}${behind}${job.message ? `: ${job.message.replace(/\.$/, '')}` : ''}.`
  const began = job.started_at === null ? 'Started' : `Started at ${clock(job.started_at)}`
  return `${began}, not finished within ${durationWords(job.grace_seconds * 1000)}${behind}.`
}

/** The title of its end, and how it had been: "had missed its beat for 4 min". */
export function endWords(job: JobTrouble): { title: string; was: string } {
  if (job.kind === 'missed') return { title: 'beats again', was: 'was silent' }
  return { title: 'succeeded again', was: job.kind === 'failed' ? 'had failed' : 'was overdue' }
}

type Member = { name: string; kind: 'device' | 'job' }

/** Who went dark behind another: counted by kind, and the first five by name. */
export function membersWords(members: readonly Member[]): { which: string; names: string; onlyJobs: boolean } {
  const jobs = members.filter((member) => member.kind === 'job').length
  return countedWords({ count: members.length, jobs, first: members.slice(0, 5).map((member) => member.name) })
}

/** The same of so many, some of them jobs, of which the first five are named. */
export function countedWords({ count, jobs, first }: { count: number; jobs: number; first: readonly string[] }) {
  const counted = (n: number, what: string) => (n === 0 ? [] : [n === 1 ? `1 ${what}` : `${n} ${what}s`])
  return {
    which: [...counted(count - jobs, 'device'), ...counted(jobs, 'job')].join(' and '),
    names: first.join(', ') + (count > first.length ? ` and ${count - first.length} more` : ''),
    onlyJobs: jobs === count,
  }
}
