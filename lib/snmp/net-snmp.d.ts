// What this product uses of net-snmp: sessions of SNMP v3. The package has no types of its own.
declare module 'net-snmp' {
  import type { EventEmitter } from 'node:events'

  export type NetVarbind = { oid: string; type: number; value: unknown }
  type Told<Answer> = (error: Error | null, varbinds?: Answer) => void

  export class Session extends EventEmitter {
    get(oids: string[], told: Told<NetVarbind[]>): void
    getNext(oids: string[], told: Told<NetVarbind[]>): void
    /** One list for each object id that is asked. */
    getBulk(oids: string[], nonRepeaters: number, repetitions: number, told: Told<NetVarbind[][]>): void
    subtree(
      oid: string,
      repetitions: number,
      heard: (varbinds: NetVarbind[]) => void,
      done: (error: Error | null) => void,
    ): void
    close(): void
  }

  export type User = {
    name: string
    level: number
    authProtocol?: number
    authKey?: string
    privProtocol?: number
    privKey?: string
  }

  export type SocketLike = {
    on(event: string, listener: (datagram: Buffer) => void): unknown
    bind(...args: unknown[]): unknown
    send(
      buffer: Uint8Array,
      offset: number,
      length: number,
      port: number,
      address: string,
      sent: (error: Error | null, bytes: number) => void,
    ): void
    ref(): unknown
    unref(): unknown
    close(): void
  }

  type SessionOptions = {
    port?: number
    version?: number
    timeout?: number
    retries?: number
    context?: string
    transport?: 'udp4' | 'udp6'
    backwardsGetNexts?: boolean
    idBitsSize?: 16 | 32
    dgramModule?: { createSocket(type: 'udp4' | 'udp6'): SocketLike }
  }

  const snmp: {
    createV3Session(target: string, user: User, options?: SessionOptions): Session
    createSession(target: string, community: string, options?: SessionOptions): Session
    isVarbindError(varbind: NetVarbind): boolean
    Version1: number
    Version2c: number
    Version3: number
    SecurityLevel: Record<'noAuthNoPriv' | 'authNoPriv' | 'authPriv', number>
    AuthProtocols: Record<'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512', number>
    PrivProtocols: Record<'des' | 'aes' | 'aes256b' | 'aes256r', number>
    Encryption: { algorithms: Record<number, object> }
    Authentication: { passwordToKey(authProtocol: number, password: string, engineID: Buffer): Buffer }
    ObjectType: Record<'IpAddress' | 'Counter64' | 'OID', number>
    ResponseInvalidCode: Record<'EAuthFailure' | 'ECouldNotDecrypt', number>
    RequestTimedOutError: new () => Error & { name: 'RequestTimedOutError' }
    RequestFailedError: new () => Error & { status: number }
    ResponseInvalidError: new () => Error & { code: number; info?: unknown }
  }
  export default snmp
}
