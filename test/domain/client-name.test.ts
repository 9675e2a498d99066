import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ClientNaming, clientName } from '@/lib/domain/client-name'

const runs = { numRuns: Number(process.env.FC ?? 300) }

const nobody: ClientNaming = {
  isCompany: false,
  company: null,
  companyContact: [null, null],
  person: [null, null],
  contacts: [],
  ident: null,
  id: '7',
}
const company = { isCompany: true, company: 'Example Feed Co' }

test.each<[string, Partial<ClientNaming>, string]>([
  ['a company and its person', { ...company, person: ['Robin', 'Placeholder'] }, 'Example Feed Co (Robin Placeholder)'],
  [
    'whom one asks for comes before whose name is there',
    { ...company, companyContact: ['Sam', null], person: ['Robin', 'P'] },
    'Example Feed Co (Sam)',
  ],
  ['a company alone', company, 'Example Feed Co'],
  [
    'a company without its name',
    { ...company, company: '  ', companyContact: ['Example', 'Networks'] },
    'Example Networks',
  ],
  [
    'a company that is called as its person',
    { ...company, company: 'robin placeholder', person: ['Robin', 'Placeholder'] },
    'robin placeholder',
  ],
  ['a person', { person: ['Avery', 'Sample'] }, 'Avery Sample'],
  ['a person of one name', { person: ['Quinn', null] }, 'Quinn'],
  ['a person of a last name', { person: ['', 'Quinn'] }, 'Quinn'],
  ['a person with blanks', { person: ['  Ann  Marie ', ' X\t'] }, 'Ann Marie X'],
  ['a person with a company', { company: 'Feed Co', person: ['Robin', 'P'] }, 'Feed Co (Robin P)'],
  ['a person who is a company', { company: 'Feed Co' }, 'Feed Co'],
  [
    'whom a person asks for is not the person',
    { companyContact: ['Sam', 'I'], contacts: [{ name: 'Desk', email: null }] },
    'Desk',
  ],
  [
    'a contact',
    {
      contacts: [
        { name: null, email: 'a@example.org' },
        { name: 'Front desk', email: null },
      ],
    },
    'Front desk',
  ],
  ['an address', { contacts: [{ name: '', email: 'a@example.org' }], ident: 'ACCT-8' }, 'a@example.org'],
  ['a number in the books', { ident: 'ACCT-8' }, 'ACCT-8'],
  ['nothing at all', {}, 'Client #7'],
])('%s', (_, naming, name) => {
  expect(clientName({ ...nobody, ...naming }).name).toBe(name)
})

test('whatever is known, there is a name of one line, and it has the company and the person in it', () => {
  const text = fc.option(fc.oneof(fc.string(), fc.constantFrom('', ' ', '\t\n', 'Robin')), { nil: null })
  const naming = fc.record({
    isCompany: fc.boolean(),
    company: text,
    companyContact: fc.tuple(text, text),
    person: fc.tuple(text, text),
    contacts: fc.array(fc.record({ name: text, email: text })),
    ident: text,
    id: fc.nat().map(String),
  })
  fc.assert(
    fc.property(naming, (one) => {
      const { name, company, person } = clientName(one)
      expect(name.trim()).toBe(name)
      expect(name).not.toBe('')
      expect(name).not.toMatch(/[\n\t]|\s\s/)
      if (company !== null) expect(name).toContain(company)
      if (person !== null) expect(name.toLowerCase()).toContain(person.toLowerCase())
    }),
    runs,
  )
})
