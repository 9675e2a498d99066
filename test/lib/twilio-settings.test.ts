import { expect, test } from 'vitest'
import { parseEnv } from '@/lib/env'

const account = {
  TWILIO_ACCOUNT_SID: 'AC00000000000000000000000000000001',
  TWILIO_AUTH_TOKEN: 'a token',
  TWILIO_FROM: '+1 (406) 555-0199',
}

test('all three make an account, none is none', () => {
  expect(parseEnv({}).twilio).toBeUndefined()
  expect(parseEnv(account).twilio).toEqual({
    account_sid: 'AC00000000000000000000000000000001',
    auth_token: 'a token',
    from_number: '+14065550199',
  })
  expect(parseEnv({ ...account, TWILIO_FROM: 'Example Net' }).twilio?.from_number).toBe('Example Net')
  expect(parseEnv({ ...account, TWILIO_FROM: `MG${'0'.repeat(32)}` }).twilio?.from_number).toHaveLength(34)
})

test.each([
  [{ TWILIO_AUTH_TOKEN: 'x' }, 'TWILIO_ACCOUNT_SID and TWILIO_FROM are not set though the rest of TWILIO_* is'],
  [{ ...account, TWILIO_FROM: '' }, 'TWILIO_FROM is not set though the rest of TWILIO_* is'],
  [{ ...account, TWILIO_FROM: '4065550199 extension' }, 'TWILIO_FROM is "4065550199 extension": expected a number'],
  [{ ...account, TWILIO_ACCOUNT_SID: 'AC/../x' }, 'TWILIO_ACCOUNT_SID is "AC/../x": expected the id'],
])('%j stops the start: %s', (set, words) => expect(() => parseEnv(set)).toThrow(words))

test('a token that is too long is not said', () => {
  const token = 'secret'.repeat(60)
  expect(() => parseEnv({ ...account, TWILIO_AUTH_TOKEN: token })).toThrow('TWILIO_AUTH_TOKEN is set')
})
