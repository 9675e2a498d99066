import type { SonarConfig } from './config'
import { createSourceHttp, type SourceHttp } from './http'
import { type Json, readJson, saidText } from './json-answer'
import { type Entry, found, isEntry, mostlyUnreadable, numberOf, readPage, shapeFault, textOf, within } from './reading'
import type { Rejected, SourceFault } from './records'
import { isFault, type SourceContext } from './source'

export type SonarApi = {
  /** What is under `data` of the answer. */
  query(query: string, variables?: Entry): Promise<{ data: Entry; answeredAt: number } | SourceFault>
  close(): Promise<void>
}

export function sonarApi({ url, token, fingerprint, ca, insecure }: SonarConfig, context: SourceContext): SonarApi {
  const http = createSourceHttp({ trust: { fingerprint, ca, insecure }, secrets: [token], ...context })
  return {
    query: async (query, variables = {}) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ query, variables })
      const answer = await http.request(`${url}/api/graphql`, { method: 'POST', headers, body })
      const read = isFault(answer) ? answer : readJson(answer, 'Sonar', 'token', http)
      return isFault(read) ? read : readData(read, http)
    },
    close: http.close,
  }
}

/** GraphQL tells its errors with a 200, also beside data of which a part is missing: such data are not used. */
function readData(
  { value, answeredAt }: Json,
  { quoted }: SourceHttp,
): { data: Entry; answeredAt: number } | SourceFault {
  if (!isEntry(value)) return shapeFault(`Sonar answers with ${found(value)}, expected an object with data`)
  const { errors, data } = value
  if (Array.isArray(errors) && errors.length > 0) {
    const [first]: unknown[] = errors
    const error = isEntry(first) ? first : {}
    const message = saidText(error.message, quoted) ?? quoted(found(typeof first === 'string' ? quoted(first) : first))
    const isRight = /^authori[sz]ation|^authentication/.test(textOf(within(error, 'extensions').category) ?? '')
    return { kind: isRight ? 'refused' : 'shape', words: `Sonar answers with an error: "${message}", expected data` }
  }
  if (!isEntry(data)) return shapeFault(`Sonar answers with ${found(value)}, expected an object with data`)
  return { data, answeredAt }
}

type Paged<T> = { items: T[]; rejected: Rejected[]; answeredAt: number }
const perPage = 100

/** Every page of a connection, one after the other; what moved to the next page meanwhile comes once. */
export async function everyPage<T extends { key: string }>(
  ask: SonarApi['query'],
  { name, query, most }: { name: string; query: string; most: number },
  read: (entry: Entry) => T | null,
  onCount: (count: number) => void = () => {},
): Promise<Paged<T> | SourceFault> {
  const items = new Map<string, T>()
  const rejected: Rejected[] = []
  const what = name.replaceAll('_', ' ')
  let [pages, answeredAt] = [1, 0]
  for (let page = 1; page <= pages; page++) {
    const answer = await ask(query, { pages: { page, records_per_page: perPage } })
    if (isFault(answer)) return answer
    const connection = within(answer.data, name)
    const total = numberOf(within(connection, 'page_info').total_pages, 0, 1e9)
    if (total === null)
      return shapeFault(`${what}: found ${found(answer.data[name])}, expected entities with page_info`)
    const each = readPage(connection.entities, { one: what.replace(/s$/, ''), many: what, most: perPage * 10 }, read)
    if (isFault(each)) return { ...each, words: `${what}: ${each.words}` }
    for (const item of each.items) items.set(item.key, item)
    rejected.push(...each.rejected)
    if (items.size > most || total > most) {
      return {
        kind: 'too_large',
        words: `${what}: found more than ${most.toLocaleString('en')}, expected at most those`,
      }
    }
    answeredAt = answer.answeredAt
    pages = each.items.length + each.rejected.length === 0 ? page : total
    onCount(items.size)
  }
  const all = { items: [...items.values()], rejected, answeredAt }
  return mostlyUnreadable(all, what) ?? all
}

/** The entities of a connection within an entry. */
export function entitiesOf(entry: Entry, name: string): Entry[] {
  const { entities } = within(entry, name)
  return Array.isArray(entities) ? entities.slice(0, 200).filter(isEntry) : []
}
