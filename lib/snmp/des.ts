import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import snmp from 'net-snmp'

type Engine = { engineID: Buffer }
const block = 8

/**
 * Gives net-snmp the DES of RFC 3414, 8, which it asks of OpenSSL as `des-cbc`: since OpenSSL 3 that is out of its default
 * set. Triple DES with the same key three times is DES.
 */
export function teachDes(): void {
  Object.assign(snmp.Encryption.algorithms[snmp.PrivProtocols.des] ?? {}, { encryptPdu, decryptPdu })
}

function encryptPdu(pdu: Buffer, _des: number, password: string, authProtocol: number, engine: Engine) {
  const salt = Buffer.concat([Buffer.from([0, 0, 0, 1]), randomBytes(4)])
  const cipher = createCipheriv('des-ede3-cbc', ...keys(password, authProtocol, engine, salt)).setAutoPadding(false)
  const padded = Buffer.concat([pdu, Buffer.alloc((block - (pdu.length % block)) % block)])
  return { encryptedPdu: Buffer.concat([cipher.update(padded), cipher.final()]), msgPrivacyParameters: salt }
}

function decryptPdu(pdu: Buffer, _des: number, salt: Buffer, password: string, authProtocol: number, engine: Engine) {
  const decipher = createDecipheriv('des-ede3-cbc', ...keys(password, authProtocol, engine, salt)).setAutoPadding(false)
  return Buffer.concat([decipher.update(pdu), decipher.final()])
}

function keys(password: string, authProtocol: number, { engineID }: Engine, salt: Buffer): [key: Buffer, iv: Buffer] {
  const localized = snmp.Authentication.passwordToKey(authProtocol, password, engineID)
  const key = localized.subarray(0, block)
  const iv = Buffer.from(localized.subarray(block, 2 * block)).map((octet, i) => octet ^ (salt[i] ?? 0))
  return [Buffer.concat([key, key, key]), Buffer.from(iv)]
}
