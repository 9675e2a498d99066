import { guarded, readQuery } from '@/lib/guarded'
import { exportText } from '@/lib/registry'
import { RegistryExportQuery } from '@/lib/wire/rest-jobs'

const types = { csv: 'text/csv; charset=utf-8; header=present', json: 'application/json' } as const

/** The whole registry with the addresses of the jobs, which are credentials: not for viewers. */
export const GET = guarded('write', async ({ request }) => {
  const { format } = readQuery(request, RegistryExportQuery)
  const day = new Date().toISOString().slice(0, 10)
  return new Response(streamOf(exportText(format)), {
    headers: {
      'content-type': types[format],
      'content-disposition': `attachment; filename="beatline-registry-${day}.${format}"`,
      'cache-control': 'no-store',
    },
  })
})

/** Asks for the next piece when the reader has taken the one before; a reader that left asks no more. */
function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
}
