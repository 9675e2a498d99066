import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const command = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot'].find((path) => existsSync(path))
const imapd = '/usr/lib/dovecot/imap'

/** Why there is no IMAP server here, and how to have one; null: there is. */
export const noImapServer =
  command && existsSync(imapd)
    ? null
    : 'no dovecot on this machine: apt-get install dovecot-core dovecot-imapd enables it'

export type ImapServer = {
  port: number
  tlsPort: number
  user: string
  password: string
  /** Puts a mail into a folder, as the mail server of the house would. */
  put(folder: string, mail: string): void
  /** Subjects in a folder. */
  subjects(folder: string): string[]
  stop(): Promise<void>
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  return ports
}

/** Dovecot in a folder of its own, on loopback, with one user; an INBOX and a folder of junk. Its certificate is its own. */
export async function imapServer(): Promise<ImapServer> {
  if (!command) throw new Error(noImapServer ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'beatline-imap-'))
  const [port = 0, tlsPort = 0] = await freePorts(2)
  const isRoot = userInfo().uid === 0
  const owner = isRoot ? 'nobody' : userInfo().username
  const group = execFileSync('id', ['-gn', owner], { encoding: 'utf8' }).trim()
  const [user, password] = ['noc@example.net', 'correct horse']
  mkdirSync(join(folder, 'mail'))
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
    ],
    { stdio: 'ignore' },
  )
  writeFileSync(join(folder, 'users'), `${user}:{PLAIN}${password}::::::\n`)
  writeFileSync(join(folder, 'dovecot.conf'), configOf({ folder, port, tlsPort, owner, group }))
  chmodSync(folder, 0o755)
  execFileSync('chown', ['-R', `${owner}:${group}`, join(folder, 'mail')])
  const server = spawn(command, ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaints = ''
  server.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const doveadm = (args: string[], input?: string) =>
    execFileSync('doveadm', ['-c', join(folder, 'dovecot.conf'), ...args], {
      encoding: 'utf8',
      ...(input ? { input } : {}),
    })
  for (let tries = 0; ; tries++) {
    if (server.exitCode !== null || tries > 200) throw new Error(`Dovecot does not start: ${complaints}`)
    if (existsSync(join(folder, 'run', 'auth-userdb'))) break
    await sleep(50)
  }
  return {
    port,
    tlsPort,
    user,
    password,
    put: (box, mail) => void doveadm(['save', '-u', user, '-m', box], mail),
    subjects: (box) =>
      [...doveadm(['fetch', '-u', user, 'hdr.subject', 'mailbox', box]).matchAll(/hdr\.subject: (.*)/g)].map(
        ([, subject = '']) => subject,
      ),
    stop: async () => {
      const ended = new Promise((done) => server.once('exit', done))
      server.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configOf({
  folder,
  port,
  tlsPort,
  owner,
  group,
}: Record<'folder' | 'owner' | 'group', string> & Record<'port' | 'tlsPort', number>) {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
instance_name = ${folder.slice(folder.lastIndexOf('/') + 1)}
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = yes
default_internal_user = ${owner}
default_login_user = ${owner}
default_internal_group = ${group}
first_valid_uid = 1
mail_location = maildir:${folder}/mail
mail_uid = ${owner}
mail_gid = ${group}
passdb {
  driver = passwd-file
  args = username_format=%u ${folder}/users
}
userdb {
  driver = static
  args = uid=${owner} gid=${group} home=${folder}/mail allow_all_users=yes
}
namespace inbox {
  inbox = yes
  mailbox Spam {
    special_use = \\Junk
    auto = subscribe
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
    ssl = yes
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service auth {
  user = ${owner === 'nobody' ? 'root' : owner}
}
`
}
