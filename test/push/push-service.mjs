#!/usr/bin/env node
import { execFileSync } from 'node:child_process'
import * as crypto from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
// A push service for tests: one process between a real browser and a real application server.
//   browser side   WebSocket, Mozilla's autopush protocol (what `dom.push.serverURL` points to)
//   sender side    HTTPS, RFC 8030 with RFC 8291 (aes128gcm) and RFC 8292 (VAPID), as the npm package web-push speaks it
//   control side   HTTP, JSON: faults, drops, what was received, and stub subscriptions for browsers without a push service
// Loopback only; nothing is kept on disk but the certificate of this run.
//
//   node push-service.mjs [--ws PORT] [--https PORT] [--control PORT] [--host 127.0.0.1] [--name HOST] [--dir FOLDER]
//   import { startPushService } from './push-service.mjs'
//
// Needs: openssl on the PATH, and `ws` in the node_modules of the folder it is started from.
import { createRequire } from 'node:module'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const MAX_BODY = 4096 // bytes a push service must accept, and no more than ours does (RFC 8030, 7.2)
const MAX_EXP = 24 * 3600 // seconds a VAPID token may live (RFC 8292, 2)
const MAX_TTL = 60 * 24 * 3600 // what we keep at most; the answer's TTL header says what was granted
const URGENCY = ['very-low', 'low', 'normal', 'high']
const b64 = (bytes) => Buffer.from(bytes).toString('base64url')
const unb64 = (text) => Buffer.from(text, 'base64url')
const seconds = () => Math.floor(Date.now() / 1000)

/** A refusal in autopush's shape: {code, errno, error, message}. errno null: autopush has none for it. */
const refuse = (code, errno, message) => ({ code, errno, error: http.STATUS_CODES[code], message })

/** Checks `Authorization: vapid t=…, k=…` (RFC 8292). Returns {claims, key} or {wrong: why}. */
export function checkVapid(header, audience, boundKey) {
  const parts = /^vapid\s+(.*)$/i.exec(header ?? '')?.[1]
  if (!parts) return { wrong: 'Authorization: vapid t=..., k=... is missing' }
  const field = Object.fromEntries(parts.split(',').map((p) => p.trim().split(/=(.*)/s).slice(0, 2)))
  const key = unb64(field.k ?? '')
  if (key.length !== 65 || key[0] !== 4) return { wrong: 'k is not an uncompressed P-256 point' }
  const [head, body, signature] = (field.t ?? '').split('.')
  let claims
  try {
    const jwk = { kty: 'EC', crv: 'P-256', x: b64(key.subarray(1, 33)), y: b64(key.subarray(33)) }
    const publicKey = { key: crypto.createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }
    if (JSON.parse(unb64(head)).alg !== 'ES256') return { wrong: 'alg is not ES256' }
    if (!crypto.verify('sha256', Buffer.from(`${head}.${body}`), publicKey, unb64(signature)))
      return { wrong: 'the signature does not verify' }
    claims = JSON.parse(unb64(body))
  } catch (error) {
    return { wrong: `t is not a signed token: ${error.message}` }
  }
  const wrong = (why) => ({ wrong: why, claims, key: b64(key) })
  if (claims.aud !== audience) return wrong(`aud is ${claims.aud}, expected ${audience}`)
  if (!Number.isFinite(claims.exp)) return wrong('exp is not a number')
  if (claims.exp <= seconds()) return wrong('exp has passed')
  if (claims.exp > seconds() + MAX_EXP) return wrong('exp is more than 24 h away')
  if (!/^(mailto:[^@\s]+@[^@\s]+|https:\/\/[^\s]+)$/.test(claims.sub ?? ''))
    return wrong('sub is neither mailto: nor https:')
  if (boundKey && boundKey !== b64(key)) return wrong('k is not the applicationServerKey of this subscription')
  return { claims, key: b64(key) }
}

/** The aes128gcm header (RFC 8188, 2.1), or undefined when `body` has none that fits RFC 8291. */
function encryptionHeader(body) {
  if (body.length < 86 + 17 || body[20] !== 65 || body[21] !== 4 || body.readUInt32BE(16) < 18) return undefined
  return {
    salt: body.subarray(0, 16),
    recordSize: body.readUInt32BE(16),
    senderKey: body.subarray(21, 86),
    rest: body.subarray(86),
  }
}

/** RFC 8291 decryption of a single-record message, written against the RFC (not with the sender's library). */
export function decrypt(body, ecdh, auth) {
  const { salt, recordSize, senderKey, rest } = encryptionHeader(body) ?? {}
  if (!salt) throw new Error('not an aes128gcm message')
  if (rest.length > recordSize) throw new Error('more than one record')
  const hkdf = (secret, salted, info, length) => Buffer.from(crypto.hkdfSync('sha256', secret, salted, info, length))
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), senderKey])
  const ikm = hkdf(ecdh.computeSecret(senderKey), auth, info, 32)
  const key = hkdf(ikm, salt, 'Content-Encoding: aes128gcm\0', 16)
  const open = crypto.createDecipheriv('aes-128-gcm', key, hkdf(ikm, salt, 'Content-Encoding: nonce\0', 12))
  open.setAuthTag(rest.subarray(-16))
  const padded = Buffer.concat([open.update(rest.subarray(0, -16)), open.final()])
  const end = padded.findLastIndex((byte) => byte !== 0)
  if (padded[end] !== 2) throw new Error('the last record lacks its delimiter')
  return padded.subarray(0, end)
}

/** Key and self-signed certificate for loopback names; the certificate is its own CA. */
function makeCertificate(dir, host, name) {
  const names = ['DNS:localhost', 'IP:127.0.0.1', 'IP:::1']
  for (const one of new Set([host, name]))
    if (!names.some((n) => n.endsWith(`:${one}`))) names.push(`${net.isIP(one) ? 'IP' : 'DNS'}:${one}`)
  const [keyFile, caFile] = [path.join(dir, 'push-key.pem'), path.join(dir, 'push-ca.pem')]
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=Local push service',
      '-addext',
      `subjectAltName=${names.join(',')}`,
      '-keyout',
      keyFile,
      '-out',
      caFile,
    ],
    { stdio: 'pipe' },
  )
  return { keyFile, caFile, key: fs.readFileSync(keyFile), cert: fs.readFileSync(caFile) }
}

/**
 * Starts the service. Ports 0 are chosen free. `host`: the loopback address to listen on; `name`: the host name in endpoints
 * and certificate, when it is to look like a vendor's (the sender must resolve it to `host`; `agent` does). Returns
 * {wsUrl, origin, controlUrl, caFile, agent, subscriptions(), received(), frames(), fault(), clearFaults(), drop(),
 *  forgetAgents(), offline(), minUrgency(), createStub(), stubMessages(), stubOnline(), clear(), stop()}.
 */
export async function startPushService({
  ws: wsPort = 0,
  https: httpsPort = 0,
  control: controlPort = 0,
  host = '127.0.0.1',
  name = host,
  dir,
} = {}) {
  const { WebSocketServer } = createRequire(`${process.cwd()}/`)('ws')
  const folder = dir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'push-service-'))
  fs.mkdirSync(folder, { recursive: true })
  const tls = makeCertificate(folder, host, name)
  const agents = new Map() // uaid -> {uaid, socket, minUrgency}
  const subs = new Map() // token in the endpoint -> subscription
  const log = [] // one row per POST to an endpoint, in order, refused ones too
  const frames = [] // one row per WebSocket frame, both ways
  const faults = new Map() // token or '*' -> fault
  let refuseSockets = false
  let origin = ''

  // ---- sender side ------------------------------------------------------------------------------------------------
  const endpointOf = (sub) => `${origin}/wpush/v2/${sub.token}`
  const tokenOf = (endpoint) => String(endpoint).split('/').pop()
  const find = (endpoint) =>
    subs.get(tokenOf(endpoint)) ??
    (() => {
      throw new Error(`no subscription ${endpoint}`)
    })()

  /** What is wrong with this request, in the order autopush looks; undefined when nothing is. */
  function problem(req, body, sub, row) {
    if (!sub) return refuse(404, 102, 'Invalid URL endpoint')
    if (sub.gone) return refuse(410, 106, 'Invalid subscription')
    const vapid = checkVapid(req.headers.authorization, origin, sub.key)
    row.vapid = { ...vapid.claims, key: vapid.key }
    if (vapid.wrong) return refuse(401, 109, `Invalid authentication: ${vapid.wrong}`)
    if (row.ttl === undefined) return refuse(400, 111, 'Missing TTL Header')
    if (!/^\d+$/.test(row.ttl)) return refuse(400, 112, `Invalid TTL: ${row.ttl}`)
    if (row.topic !== undefined && !/^[\w-]{1,32}$/.test(row.topic))
      return refuse(400, 113, `Invalid Topic: ${row.topic}`)
    if (!URGENCY.includes(row.urgency)) return refuse(400, null, `Invalid Urgency: ${row.urgency}`)
    if (body.length > MAX_BODY) return refuse(413, 104, 'Data payload too large')
    if (!body.length) return undefined
    if (row.encoding !== 'aes128gcm') return refuse(400, 110, `Content-Encoding is ${row.encoding}, expected aes128gcm`)
    if (!encryptionHeader(body)) return refuse(400, 110, 'The body has no aes128gcm header')
    return undefined
  }

  async function onPush(req, res, body) {
    const token = tokenOf(new URL(req.url, origin).pathname)
    const sub = subs.get(token)
    const row = {
      n: log.length + 1,
      at: new Date().toISOString(),
      endpoint: `${origin}${req.url}`,
      bytes: body.length,
      ttl: req.headers.ttl,
      topic: req.headers.topic,
      urgency: req.headers.urgency ?? 'normal',
      encoding: req.headers['content-encoding'],
    }
    log.push(row)
    const answer = (status, headers = {}, content = '') => {
      row.status = status
      const json = content && typeof content === 'object'
      res.writeHead(status, { ...headers, ...(json && { 'content-type': 'application/json' }) })
      res.end(json ? JSON.stringify(content) : content)
    }
    const wrong = problem(req, body, sub, row)
    if (wrong) {
      row.state = 'refused'
      row.reason = wrong.message
      return answer(wrong.code, {}, wrong)
    }
    const fault = takeFault(token)
    if (fault) row.fault = fault.mode ?? fault.status ?? 'slow'
    if (fault?.delayMs) await new Promise((done) => setTimeout(done, fault.delayMs).unref())
    const failing = fault?.status || fault?.mode
    if (!failing || fault.deliver) accept(sub, row, body)
    else row.state = 'faulted'
    if (fault?.mode === 'hang') {
      row.status = null
      return
    }
    if (fault?.mode === 'reset') {
      row.status = null
      return void req.socket.destroy()
    }
    if (fault?.mode === 'stall') {
      row.status = 201
      res.writeHead(201, { location: `${origin}/m/${row.id}` })
      return void res.write('and more never comes')
    }
    if (fault?.status)
      return answer(
        fault.status,
        fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) },
        fault.body ?? refuse(fault.status, null, 'Fault made by the test'),
      )
    answer(201, { location: `${origin}/m/${row.id}`, ttl: String(Math.min(+row.ttl, MAX_TTL)) })
  }

  /** Takes a valid message over: stores it, replaces an undelivered one of the same Topic, tries to deliver. */
  function accept(sub, row, body) {
    row.id = crypto.randomUUID()
    const message = { row, body, until: Date.now() + Math.min(+row.ttl, MAX_TTL) * 1000, sentOn: null }
    if (row.topic)
      sub.queue = sub.queue.filter((old) => {
        if (old.row.topic !== row.topic) return true
        old.row.state = 'replaced'
        return false
      })
    row.state = 'queued'
    sub.queue.push(message)
    deliver(sub)
    if (row.ttl === '0' && row.state === 'queued') {
      row.state = 'expired'
      sub.queue.pop()
    } // "now or never"
  }

  function deliver(sub) {
    const agent = agents.get(sub.uaid)
    const least = URGENCY.indexOf(sub.stub?.minUrgency ?? agent?.minUrgency ?? 'very-low')
    for (const message of [...sub.queue]) {
      const { row, body } = message
      const remove = () => {
        sub.queue = sub.queue.filter((m) => m !== message)
      }
      if (message.until < Date.now() && row.ttl !== '0') {
        row.state = 'expired'
        remove()
        continue
      }
      if (URGENCY.indexOf(row.urgency) < least) continue
      if (sub.stub) {
        if (!sub.stub.online) continue
        remove()
        row.state = 'delivered'
        const got = { id: row.id, at: row.at, ttl: +row.ttl, topic: row.topic ?? null, urgency: row.urgency }
        try {
          got.text = body.length ? decrypt(body, sub.stub.ecdh, sub.stub.auth).toString() : ''
        } catch (error) {
          got.error = error.message
        }
        sub.stub.messages.push(got)
      } else if (agent?.socket && message.sentOn !== agent.socket) {
        // once per connection, until it is acknowledged
        message.sentOn = agent.socket
        row.state = 'sent'
        send(agent.socket, {
          messageType: 'notification',
          channelID: sub.channelID,
          version: row.id,
          ttl: +row.ttl,
          ...(row.topic && { topic: row.topic }),
          ...(body.length && { data: b64(body), headers: { encoding: 'aes128gcm' } }),
        })
      }
    }
  }

  const secure = https.createServer({ key: tls.key, cert: tls.cert }, (req, res) => {
    const chunks = []
    let size = 0 // what is far too large is not kept, only refused
    req
      .on('data', (chunk) => {
        size += chunk.length
        if (size <= 16 * MAX_BODY || !chunks.length) chunks.push(chunk)
      })
      .on('end', () => {
        if (req.method === 'POST' && /^\/wpush\/v2\/[^/]+$/.test(req.url))
          return onPush(req, res, Buffer.concat(chunks))
        if (req.method === 'DELETE' && req.url.startsWith('/m/')) {
          // the sender takes an undelivered message back
          const row = log.find((r) => r.id === tokenOf(req.url) && r.state === 'queued')
          if (row) {
            row.state = 'cancelled'
            for (const sub of subs.values()) sub.queue = sub.queue.filter((m) => m.row !== row)
          }
          return res.writeHead(row ? 204 : 404).end()
        }
        res
          .writeHead(404, { 'content-type': 'application/json' })
          .end(JSON.stringify(refuse(404, 102, 'Invalid URL endpoint')))
      })
  })

  /** The subscription is over; what waited for it is lost. */
  function end(sub, unregisterCode = null) {
    for (const { row } of sub.queue) row.state = 'lost'
    Object.assign(sub, { gone: true, queue: [], unregisterCode })
  }

  // ---- browser side -----------------------------------------------------------------------------------------------
  function send(socket, frame) {
    frames.push({
      at: new Date().toISOString(),
      to: 'browser',
      ...frame,
      ...(frame.data && { data: `${frame.data.length} characters` }),
    })
    socket.send(JSON.stringify(frame))
  }

  const onFrame = {
    hello(socket, frame) {
      const agent = agents.get(frame.uaid) ?? { uaid: crypto.randomUUID().replaceAll('-', '') }
      agents.set(agent.uaid, Object.assign(agent, { socket }))
      socket.uaid = agent.uaid
      // A uaid other than the browser's own makes it drop every subscription and tell its service workers.
      send(socket, { messageType: 'hello', status: 200, uaid: agent.uaid, use_webpush: true, broadcasts: {} })
      for (const sub of subs.values()) if (sub.uaid === agent.uaid) deliver(sub)
    },
    register(socket, { channelID, key }) {
      const old = [...subs.values()].find((s) => s.uaid === socket.uaid && s.channelID === channelID)
      const sub = old ?? { token: b64(crypto.randomBytes(24)), uaid: socket.uaid, channelID, queue: [], gone: false }
      sub.key = key ? b64(Buffer.from(key, 'base64')) : null // the browser pads it; we compare unpadded
      subs.set(sub.token, sub)
      send(socket, {
        messageType: 'register',
        status: 200,
        channelID,
        uaid: socket.uaid,
        pushEndpoint: endpointOf(sub),
      })
    },
    unregister(socket, { channelID, code }) {
      for (const sub of subs.values()) if (sub.uaid === socket.uaid && sub.channelID === channelID) end(sub, code) // 200 by the page, 201 quota, 202 permission
      send(socket, { messageType: 'unregister', status: 200, channelID })
    },
    // 100 handed to the service worker, 101 not decrypted, 102 not delivered
    ack(socket, { updates = [] }) {
      for (const { channelID, version, code } of updates)
        for (const sub of subs.values())
          if (sub.uaid === socket.uaid && sub.channelID === channelID) {
            sub.queue = sub.queue.filter((m) => m.row.id !== version)
            const row = log.find((r) => r.id === version)
            if (row) Object.assign(row, { state: 'acknowledged', ack: code ?? 100 })
          }
    },
    // 301 the handler threw, 302 waitUntil's promise rejected, 303 the worker failed to start
    nack(_socket, { version, code }) {
      const row = log.find((r) => r.id === version)
      if (row) row.nack = code ?? 301
    },
    broadcast_subscribe() {},
    ping(socket) {
      socket.send('{}')
    },
  }

  const sockets = http.createServer((_req, res) => res.writeHead(426).end())
  const wss = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('push-notification') ? 'push-notification' : false),
  })
  sockets.on('upgrade', (req, socket, head) => {
    if (refuseSockets) return socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n')
    wss.handleUpgrade(req, socket, head, (ws) => {
      ws.on('message', (data) => {
        let frame
        try {
          frame = JSON.parse(data)
        } catch {
          return ws.close(1003, 'not JSON')
        }
        frames.push({ at: new Date().toISOString(), from: 'browser', ...frame })
        const handler = Object.hasOwn(onFrame, frame.messageType ?? 'ping') && onFrame[frame.messageType ?? 'ping']
        if (!handler || (!ws.uaid && !['hello', undefined, 'ping'].includes(frame.messageType)))
          return ws.close(4400, 'unexpected message')
        handler(ws, frame)
      })
      ws.on('error', () => ws.terminate())
      ws.on('close', () => {
        const agent = agents.get(ws.uaid)
        if (agent?.socket === ws) agent.socket = null
      })
    })
  })
  const disconnect = () => {
    for (const ws of wss.clients) ws.terminate()
  }

  // ---- control side -----------------------------------------------------------------------------------------------
  function takeFault(token) {
    const key = faults.has(token) ? token : '*'
    const fault = faults.get(key)
    if (fault && --fault.times <= 0) faults.delete(key)
    return fault
  }
  const service = {
    caFile: tls.caFile,
    /** For web-push's option `agent`: trusts the certificate, and takes every host name for ours. */
    agent: new https.Agent({
      ca: tls.cert,
      lookup: (_, { all }, done) =>
        all ? done(null, [{ address: host, family: net.isIP(host) }]) : done(null, host, net.isIP(host)),
    }),
    /** Every subscription ever made: {endpoint, uaid, channelID, key, gone, connected, queued}. */
    subscriptions: () =>
      [...subs.values()].map((s) => ({
        endpoint: endpointOf(s),
        stub: s.stub?.id ?? null,
        uaid: s.uaid ?? null,
        channelID: s.channelID ?? null,
        key: s.key,
        gone: s.gone,
        unregisterCode: s.unregisterCode ?? null,
        connected: s.stub ? s.stub.online : Boolean(agents.get(s.uaid)?.socket),
        queued: s.queue.length,
      })),
    /** Every POST: {n, at, endpoint, status, state, reason?, ttl, topic, urgency, bytes, vapid, id, ack?, nack?, fault?};
     *  state: refused | faulted | queued | sent | acknowledged | delivered (stub) | replaced | expired | cancelled | lost. */
    received: (endpoint) => log.filter((row) => !endpoint || row.endpoint === endpoint),
    /** Every WebSocket frame: {at, from|to: 'browser', messageType, ...}. */
    frames: () => frames,
    /** The next `times` (default: all) valid messages to `endpoint` (default: any) meet
     *  {status, retryAfter?, body?} | {mode: 'hang' | 'reset' | 'stall'}, after `delayMs`; `deliver: true` delivers all the same. */
    fault({ endpoint = '*', times = Infinity, ...fault }) {
      faults.set(tokenOf(endpoint), { times, ...fault })
    },
    clearFaults: () => faults.clear(),
    /** The subscription is gone for senders (410). The protocol has no word to tell the browser; it keeps what it has. */
    drop: (endpoint) => end(find(endpoint)),
    /** The service lost its user agents: old endpoints are gone, and each browser is told so at its next hello. */
    forgetAgents() {
      for (const sub of subs.values()) if (sub.uaid) end(sub)
      agents.clear()
      disconnect()
    },
    /** true: cuts browsers off and keeps them off, messages wait; false: lets them come back. */
    offline(on) {
      refuseSockets = on
      if (on) disconnect()
    },
    /** Holds messages below this Urgency back, as a phone saving its battery asks for (RFC 8030, 5.3). */
    minUrgency(least) {
      if (!URGENCY.includes(least)) throw new Error(`urgency is ${least}, expected ${URGENCY.join(' | ')}`)
      for (const one of [...agents.values(), ...[...subs.values()].map((s) => s.stub).filter(Boolean)])
        one.minUrgency = least
      for (const sub of subs.values()) deliver(sub)
    },
    /** A subscription whose keys are ours: {id, endpoint, keys: {p256dh, auth}}. `key` binds it to one VAPID key. */
    createStub({ key = null, online = true } = {}) {
      const ecdh = crypto.createECDH('prime256v1')
      ecdh.generateKeys()
      const stub = { id: crypto.randomUUID(), ecdh, auth: crypto.randomBytes(16), online, messages: [] }
      const sub = { token: b64(crypto.randomBytes(24)), key, queue: [], gone: false, stub }
      subs.set(sub.token, sub)
      return {
        id: stub.id,
        endpoint: endpointOf(sub),
        keys: { p256dh: b64(ecdh.getPublicKey()), auth: b64(stub.auth) },
      }
    },
    /** What reached a stub, decrypted: [{id, at, text | error, ttl, topic, urgency}]. */
    stubMessages: (id) => stubOf(id).stub.messages,
    stubOnline(id, online) {
      const sub = stubOf(id)
      sub.stub.online = online
      deliver(sub)
    },
    clear() {
      log.length = 0
      frames.length = 0
    },
    async stop() {
      wss.close()
      disconnect()
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
      service.agent.destroy()
      if (dir === undefined) fs.rmSync(folder, { recursive: true, force: true })
    },
  }
  const stubOf = (id) =>
    [...subs.values()].find((s) => s.stub?.id === id) ??
    (() => {
      throw new Error(`no stub ${id}`)
    })()

  const routes = {
    'GET /': () => ({ wsUrl: service.wsUrl, origin, controlUrl: service.controlUrl, caFile: tls.caFile }),
    'GET /ca.pem': () => tls.cert.toString(),
    'GET /subscriptions': () => service.subscriptions(),
    'GET /received': (_, url) => service.received(url.searchParams.get('endpoint')),
    'DELETE /received': () => service.clear(),
    'GET /frames': () => frames,
    'POST /fault': (fault) => service.fault(fault),
    'DELETE /fault': () => service.clearFaults(),
    'POST /drop': ({ endpoint }) => service.drop(endpoint),
    'POST /forget': () => service.forgetAgents(),
    'POST /offline': ({ on = true }) => service.offline(on),
    'POST /urgency': ({ min = 'very-low' }) => service.minUrgency(min),
    'POST /stub': (options) => service.createStub(options),
    'GET /stub/:id/messages': (_, __, id) => service.stubMessages(id),
    'POST /stub/:id/online': ({ on = true }, _, id) => service.stubOnline(id, on),
  }
  const controls = http.createServer((req, res) => {
    let text = ''
    req
      .on('data', (chunk) => {
        text += chunk
      })
      .on('end', () => {
        const url = new URL(req.url, 'http://control')
        const [, stub, id, rest] = /^\/(stub)\/([^/]+)\/(\w+)$/.exec(url.pathname) ?? []
        const route = routes[`${req.method} ${stub ? `/stub/:id/${rest}` : url.pathname}`]
        let [status, body] = [404, { error: `no ${req.method} ${url.pathname}`, routes: Object.keys(routes) }]
        if (route)
          try {
            ;[status, body] = [200, route(text ? JSON.parse(text) : {}, url, id) ?? { ok: true }]
          } catch (error) {
            ;[status, body] = [400, { error: error.message }]
          }
        const plain = typeof body === 'string'
        res
          .writeHead(status, { 'content-type': plain ? 'application/x-pem-file' : 'application/json' })
          .end(plain ? body : `${JSON.stringify(body, null, 1)}\n`)
      })
  })

  const servers = [secure, sockets, controls]
  const listen = (server, port) =>
    new Promise((done, fail) => server.once('error', fail).listen(port, host, () => done(server.address().port)))
  const written = (one) => (net.isIPv6(one) ? `[${one}]` : one)
  origin = `https://${written(name)}:${await listen(secure, httpsPort)}`
  service.origin = origin
  service.wsUrl = `ws://${written(host)}:${await listen(sockets, wsPort)}/`
  service.controlUrl = `http://${written(host)}:${await listen(controls, controlPort)}`
  return service
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: {
      ws: { type: 'string' },
      https: { type: 'string' },
      control: { type: 'string' },
      host: { type: 'string' },
      name: { type: 'string' },
      dir: { type: 'string' },
    },
  })
  const port = (text) => Number(text ?? 0)
  const service = await startPushService({
    ...values,
    ws: port(values.ws),
    https: port(values.https),
    control: port(values.control),
  })
  console.log(
    JSON.stringify({
      wsUrl: service.wsUrl,
      origin: service.origin,
      controlUrl: service.controlUrl,
      caFile: service.caFile,
    }),
  )
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => service.stop().then(() => process.exit(0)))
}
