import type { DeviceListFormat } from '@/lib/domain/device-import'

export type ImportAnswer = {
  format?: DeviceListFormat // of devices
  created: number
  updated: number
  rejected: { line: number; name?: string | null; reason: string }[]
  new_sites?: string[]
  ignored_columns?: string[]
  unchanged?: number
  new_profiles?: string[]
  notes?: { line: number; name?: string | null; reason: string }[] // of what is taken, but not all that it says
}

/** Posts a file or a text to the import at `path` and reports how much of it was sent (0 to 1). */
export async function sendImport(
  path: string,
  body: File | string,
  onProgress: (share: number) => void,
): Promise<{ answer: ImportAnswer } | { problem: string }> {
  const type = await contentType(body)
  return new Promise((resolve) => {
    // fetch() cannot tell how much of a body it has sent
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.setRequestHeader('content-type', type)
    request.responseType = 'json'
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total)
    request.upload.onload = () => onProgress(1)
    request.onload = () => {
      if (request.status === 200) resolve({ answer: request.response as ImportAnswer })
      else resolve({ problem: sentence(request.response, request.status) })
    }
    request.onerror = () => resolve({ problem: 'The server did not answer. Check the connection and try again.' })
    request.send(body)
  })
}

async function contentType(body: File | string): Promise<string> {
  const start = typeof body === 'string' ? body.slice(0, 200) : await body.slice(0, 200).text()
  // A prompt of RouterOS begins with [name@
  return /^\s*(\{|\[(?![^\]\n@]{1,64}@))/.test(start) ? 'application/json' : 'text/csv'
}

function sentence(response: unknown, status: number): string {
  const detail = typeof response === 'object' && response !== null && 'detail' in response ? response.detail : null
  return typeof detail === 'string'
    ? `${detail.replace(/\.$/, '')}.`
    : `The server answered ${status}. Its log says more.`
}
