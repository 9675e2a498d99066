import { createUser, findUserByEmail, setPassword } from '@/lib/store/users'
import { newPassword } from '../house/first-start'
import { oneLine, oneOf, required, UsageError, type Values, type Verb } from './verb'

const roles = ['admin', 'operator', 'viewer'] as const

export const userAdd: Verb = {
  usage: 'user add --email EMAIL [--name NAME] [--role admin|operator|viewer]',
  says: 'adds somebody who can sign in, and prints the password',
  options: { email: { type: 'string' }, name: { type: 'string' }, role: { type: 'string', default: 'operator' } },
  details: 'The password is made here, or read from BEATLINE_PASSWORD (8 characters or more).',
  async run(values) {
    const email = emailOf(values)
    const { password, made } = chosenPassword()
    const name = typeof values.name === 'string' ? oneLine('name', values.name) : (email.split('@')[0] ?? email)
    const user = await createUser({ email, name, password, role: oneOf(values, 'role', roles) })
    if (!user)
      throw new UsageError(`${email} is taken: npm run cli -- user passwd --email ${email} gives a new password`)
    console.log(`${user.email} can sign in as ${user.role}.${made ? `\nPassword (shown this once): ${made}` : ''}`)
    return 0
  },
}

export const userPasswd: Verb = {
  usage: 'user passwd --email EMAIL',
  says: 'gives somebody a new password, prints it, and ends their sessions',
  options: { email: { type: 'string' } },
  details: 'The password is made here, or read from BEATLINE_PASSWORD (8 characters or more).',
  async run(values) {
    const email = emailOf(values)
    const user = await findUserByEmail(email)
    if (!user) throw new UsageError(`nobody signs in as ${email}: npm run cli -- user add adds them`)
    const { password, made } = chosenPassword()
    await setPassword(user.id, password)
    console.log(
      `${user.email} has a new password; every session of theirs has ended.` +
        `${made ? `\nPassword (shown this once): ${made}` : ''}`,
    )
    return 0
  },
}

function emailOf(values: Values): string {
  const email = required(values, 'email')
  if (!/^\S+@\S+$/.test(email)) throw new UsageError(`--email is "${email}": expected an e-mail address`)
  return email
}

// Not an option: arguments are seen by everyone on the machine, and kept by the shell.
function chosenPassword(): { password: string; made: string | null } {
  const given = process.env.BEATLINE_PASSWORD
  if (given === undefined) {
    const made = newPassword()
    return { password: made, made }
  }
  if (given.length < 8) throw new UsageError('BEATLINE_PASSWORD is too short: expected 8 characters or more')
  return { password: given, made: null }
}
