import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { listChannels } from '@/lib/store/channel-writes'
import { readCursor } from '@/lib/wire/cursor'
import { ChannelInput, ChannelQuery } from '@/lib/wire/rest-channels'
import { channelAnswer, channelAt } from './answer'
import { addChannel } from './input'

export const GET = guarded('read', async ({ request }) => {
  const query = readQuery(request, ChannelQuery)
  if (query.cursor !== undefined && !readCursor(query.cursor, ['id'])) {
    throw new Problem('invalid-input', 'cursor: expected the `next` of the page before')
  }
  const { items, next } = await listChannels(query)
  const now = Date.now()
  return { items: items.map((channel) => channelAnswer(channel, now)), next }
})

export const POST = guarded('write', async ({ request }) => {
  const id = await addChannel(await readJson(request, ChannelInput))
  return created(`/api/channels/${id}`, channelAnswer(await channelAt(id), Date.now()))
})
