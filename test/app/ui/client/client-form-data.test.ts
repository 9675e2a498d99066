import { describe, expect, test } from 'vitest'
import { choiceDetail, labelled } from '@/app/ui/client/choice-words'
import { readClientForm } from '@/app/ui/client/client-form-data'
import { clientHref, readClientSearch } from '@/app/ui/client/client-search'

function form(fields: Record<string, string | string[]>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) data.append(name, one)
  return data
}

describe('the form of a client', () => {
  test('is read with its contacts and devices; an empty contact is none', () => {
    const read = readClientForm(
      form({
        name: ' Acme Dental ',
        kind: 'company',
        sms_allowed: '1',
        language: 'ES',
        contact: ['0', '4'],
        contact_0_id: '9',
        contact_0_name: 'Robin',
        contact_0_phone: '+1 555 010 0123',
        contact_0_sms: '1',
        contact_4_name: '',
        device: ['3', '5'],
      }),
    )
    expect(read).toEqual({
      client: {
        name: 'Acme Dental',
        kind: 'company',
        company: null,
        person: null,
        number: null,
        address: null,
        note: null,
        language: 'es',
        timeZone: null,
        smsAllowed: true,
        emailAllowed: false,
        archived: false,
        devices: [3, 5],
        contacts: [
          { id: 9, name: 'Robin', email: null, phone: '+15550100123', isContact: false, isBilling: false, smsOk: true },
        ],
      },
    })
  })
  test('without a name it is called after the company and the person', () =>
    expect(readClientForm(form({ company: 'Example Feed Co', person: 'Robin Placeholder' }))).toMatchObject({
      client: { name: 'Example Feed Co (Robin Placeholder)' },
    }))
  test('every fault stands at its field', () =>
    expect(
      readClientForm(
        form({ language: 'x', time_zone: 'Mars', contact: '0', contact_0_email: 'a', contact_0_phone: '?' }),
      ),
    ).toEqual({
      errors: {
        name: 'Found no name, expected one, or a company or a person below.',
        language: 'Found "x", expected a language such as en, es or pt-BR.',
        time_zone: 'Found "Mars", expected an IANA zone such as Europe/Berlin.',
        contact_0_email: 'Found "a", expected an e-mail address such as noc@example.net.',
        contact_0_phone: 'Found "?", expected a telephone number such as +1 555 0100.',
      },
    }))
})

test('two of one name are told apart by their number, or their id', () => {
  const client = { sites: ['Ridge'], devices: 1 }
  const found = [
    { id: 1, name: 'Twin', number: '7', ...client },
    { id: 2, name: 'Twin', number: null, ...client },
    { id: 3, name: 'Bolt', number: '9', ...client },
  ]
  expect(labelled(found).map(({ label }) => label)).toEqual(['Twin [7]', 'Twin [#2]', 'Bolt'])
  expect(choiceDetail({ number: '7', ...client })).toBe('no. 7 · Ridge · 1 device')
})

test('the address of the list says what is listed, and only what is ours', () => {
  const search = {
    search: 'acme',
    state: 'dark',
    site: 3,
    incident: 4,
    archived: true,
    sort: 'since',
    cursor: 'x',
  } as const
  const params = Object.fromEntries(new URL(clientHref(search), 'http://x').searchParams)
  expect(readClientSearch(params)).toEqual(search)
  expect(readClientSearch({ state: 'gone', site: '-1', sort: ['name'], q: 'a\u0000b' })).toEqual({ search: 'ab' })
})
