import { createKey } from '@/lib/store/keys'
import { oneOf, required, type Verb } from './verb'

export const keyCreate: Verb = {
  usage: 'key create --name NAME --role admin|operator|viewer',
  says: 'makes an API key, and prints it',
  options: { name: { type: 'string' }, role: { type: 'string' } },
  async run(values) {
    const { key } = await createKey({
      name: required(values, 'name'),
      role: oneOf(values, 'role', ['admin', 'operator', 'viewer'] as const),
    })
    console.log(`Use it as "Authorization: Bearer KEY".\nKEY (shown this once): ${key}`)
    return 0
  },
}
