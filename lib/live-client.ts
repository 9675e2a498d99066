import { io, type Socket } from 'socket.io-client'
import type { Status, Told } from '@/lib/domain/status'
import {
  type ClientToServer,
  type LiveBeat,
  type LiveBeats,
  type LiveEvent,
  type LiveEventType,
  type LivePings,
  liveEventTypes,
  type ServerToClient,
} from '@/lib/wire/live'

/** The one live connection of a page: what it says of itself. `since` is when it last came about or was lost. */
export type Connection = { state: 'connecting' | 'live' | 'away' | 'signed-out'; since: number }
export type Ping = [sentAt: number, rttMs: number | null]
/** told: by the newest stored event. moment: what was said last that is not stored, and nothing stored since. */
type StatusNow = { told: Told | undefined; moment: Status | undefined }

const keptPings = 320
const emptyPings: readonly Ping[] = []
const keptBeats = 200
const emptyBeats: readonly LiveBeat[] = []

type Listener = () => void
type EventListener = (type: LiveEventType, event: LiveEvent) => void

let socket: Socket<ServerToClient, ClientToServer> | undefined
let lastEventId = 0
let resuming: [LiveEventType, LiveEvent][] | null = null // events that wait for a replay to end
let wasLive = false
let showsSuspect = false
let connection: Connection = { state: 'connecting', since: 0 }
const connectionListeners = new Set<Listener>()
const eventListeners = new Set<EventListener>()
const topics = new Map<string, number>()
const watched = new Map<number, number>()
const pings = new Map<number, readonly Ping[]>()
const pingListeners = new Map<number, Set<Listener>>()
const anyPingListeners = new Set<(batch: readonly LivePings[]) => void>()
const beats = new Map<number, readonly LiveBeat[]>()
const beatListeners = new Map<number, Set<Listener>>()
const statuses = new Map<number, StatusNow>()
const statusListeners = new Map<number, Set<Listener>>()
const anyStatusListeners = new Set<(id: number) => void>()

function setConnection(state: Connection['state']) {
  if (connection.state === state) return
  connection = { state, since: Date.now() }
  for (const listener of connectionListeners) listener()
}

/** Opens the connection of this page once; `after` is the newest event that the page was rendered with. */
export function startLive(after: number): void {
  if (after > lastEventId) lastEventId = after
  if (socket) return
  const opened: Socket<ServerToClient, ClientToServer> = io({
    path: '/live',
    transports: ['websocket'],
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
    randomizationFactor: 0.3,
  })
  socket = opened
  opened.on('connect', () => {
    setConnection('live')
    forgetMoments() // they are not replayed: who is steady by now was told to nobody
    const isBack = wasLive
    wasLive = true
    for (const topic of topics.keys()) opened.emit('follow', topic)
    // What is new may arrive before what was missed: both wait until the replay is whole.
    const waiting: typeof resuming = []
    resuming = waiting
    opened.emit('resume', lastEventId, ({ last, complete }) => {
      if (resuming !== waiting) return // the connection was lost meanwhile; the next one asks again
      resuming = null
      waiting.sort(([, a], [, b]) => a.event_id - b.event_id)
      if (!complete) forgetTold()
      for (const [type, event] of waiting) takeEvent(type, event)
      lastEventId = Math.max(lastEventId, last)
      // A page may have been rendered with a suspicion that was over before its line was there.
      if (!complete || isBack || showsSuspect)
        for (const listener of eventListeners) listener('target.status', { event_id: last, at: '' })
    })
    sendWatch()
  })
  // Socket.IO does not dial again by itself when the server hung up or refused, as it does while its database is away.
  const lost = () => {
    if (connection.state !== 'signed-out') setConnection('away')
    if (!opened.active) setTimeout(() => opened.connect(), 5000)
  }
  opened.on('disconnect', lost)
  opened.on('connect_error', (error) => {
    lost()
    if (error.message.startsWith('unauthorized')) void askWhetherSignedOut()
  })
  opened.on('pings', takePings)
  opened.on('beats', takeBeats)
  opened.on('moment', (changes) => {
    for (const { target_id: id, status } of changes) setStatus(id, { told: statuses.get(id)?.told, moment: status })
  })
  for (const type of liveEventTypes) opened.on(type, (event: LiveEvent) => takeEvent(type, event))
  // A phone that slept has a socket that does not know it is dead yet.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && !opened.connected) opened.connect()
  })
}

/** The line refuses also while its database is away; only the server can tell whether it is the session that ended. */
async function askWhetherSignedOut() {
  const response = await fetch('/api/push/key', { cache: 'no-store' }).catch(() => null)
  if (response?.status === 401 && connection.state === 'away') setConnection('signed-out')
}

function takeEvent(type: LiveEventType, event: LiveEvent) {
  if (resuming) return void resuming.push([type, event])
  if (event.event_id <= lastEventId) return // replayed and live may overlap
  lastEventId = event.event_id
  const id = event.target_id ?? targetOf(event)
  if (id !== undefined) {
    const tell = (status: Status) => setStatus(id, { told: { status, since: Date.parse(event.at) }, moment: undefined })
    if (type === 'outage.opened') tell(event.state === 'unreachable' ? 'unreachable' : 'down')
    if (type === 'outage.resolved') tell('up')
    if (type === 'target.status' && typeof event.status === 'string') tell(event.status as Status)
  }
  for (const listener of eventListeners) listener(type, event)
}

function targetOf(event: LiveEvent): number | undefined {
  const target = event.target
  return typeof target === 'object' && target !== null && 'id' in target && typeof target.id === 'number'
    ? target.id
    : undefined
}

function forgetMoments(): void {
  for (const [id, { told, moment }] of statuses) if (moment !== undefined) setStatus(id, { told, moment: undefined })
}

/** Too much was missed: what the server renders next is what is known. */
function forgetTold(): void {
  for (const id of [...statuses.keys()]) setStatus(id, { told: undefined, moment: undefined })
}

function setStatus(id: number, now: StatusNow) {
  statuses.set(id, now)
  for (const listener of statusListeners.get(id) ?? []) listener()
  for (const listener of anyStatusListeners) listener(id)
}

function takePings(batch: LivePings[]) {
  for (const { target_id: id, pings: fresh } of batch) {
    const known = pings.get(id) ?? emptyPings
    const newest = known.at(-1)?.[0] ?? 0
    const added = fresh.filter(([sentAt]) => sentAt > newest)
    if (added.length === 0) continue
    pings.set(id, [...known, ...added].slice(-keptPings))
    for (const listener of pingListeners.get(id) ?? []) listener()
  }
  for (const listener of anyPingListeners) listener(batch)
}

function takeBeats(batch: LiveBeats[]) {
  for (const { target_id: id, beats: fresh } of batch) {
    beats.set(id, [...(beats.get(id) ?? emptyBeats), ...fresh].slice(-keptBeats))
    for (const listener of beatListeners.get(id) ?? []) listener()
  }
}

let watchTimer: ReturnType<typeof setTimeout> | undefined
function sendWatch() {
  clearTimeout(watchTimer)
  // Many strips mount in one go: one message names them all.
  watchTimer = setTimeout(() => socket?.connected && socket.emit('watch', [...watched.keys()].slice(0, 200)), 30)
}

/** Asks for the live pings of a device for as long as the answer is not called. */
export const watchPings = (id: number, listener: Listener) => watch(pingListeners, id, listener)

/** Asks for the live beats of a job for as long as the answer is not called. */
export const watchBeats = (id: number, listener: Listener) => watch(beatListeners, id, listener)

/** The beats of a watched job that came since the page was opened, oldest first; the same array until another comes. */
export const beatsOf = (id: number): readonly LiveBeat[] => beats.get(id) ?? emptyBeats

function watch(listeners: Map<number, Set<Listener>>, id: number, listener: Listener): () => void {
  watched.set(id, (watched.get(id) ?? 0) + 1)
  addTo(listeners, id, listener)
  if (watched.get(id) === 1) sendWatch()
  return () => {
    removeFrom(listeners, id, listener)
    const left = (watched.get(id) ?? 1) - 1
    if (left > 0) watched.set(id, left)
    else {
      watched.delete(id)
      sendWatch()
    }
  }
}

/** Recent pings of a watched device, oldest first; the same array until another arrives. */
export const pingsOf = (id: number): readonly Ping[] => pings.get(id) ?? emptyPings

/** Hears every batch of watched pings. */
export function onPings(listener: (batch: readonly LivePings[]) => void): () => void {
  anyPingListeners.add(listener)
  return () => void anyPingListeners.delete(listener)
}

/** Follows a topic for as long as the answer is not called. */
export function followTopic(topic: string): () => void {
  topics.set(topic, (topics.get(topic) ?? 0) + 1)
  if (topics.get(topic) === 1 && socket?.connected) socket.emit('follow', topic)
  return () => {
    const left = (topics.get(topic) ?? 1) - 1
    if (left > 0) topics.set(topic, left)
    else {
      topics.delete(topic)
      socket?.emit('unfollow', topic)
    }
  }
}

export function onLiveEvent(listener: EventListener): () => void {
  eventListeners.add(listener)
  return () => void eventListeners.delete(listener)
}

export function onConnection(listener: Listener): () => void {
  connectionListeners.add(listener)
  return () => void connectionListeners.delete(listener)
}
export const connectionNow = (): Connection => connection

export function onStatus(id: number, listener: Listener): () => void {
  addTo(statusListeners, id, listener)
  return () => removeFrom(statusListeners, id, listener)
}
/** Hears of every target whose state the live line tells. */
export function onAnyStatus(listener: (id: number) => void): () => void {
  anyStatusListeners.add(listener)
  return () => void anyStatusListeners.delete(listener)
}
/** A page was rendered with somebody suspect. */
export function noteSuspect(): void {
  showsSuspect = true
}

/** What the live line said last of a target; undefined when it said nothing yet. */
export const statusNow = (id: number): StatusNow | undefined => statuses.get(id)

function addTo(map: Map<number, Set<Listener>>, id: number, listener: Listener) {
  const set = map.get(id)
  if (set) set.add(listener)
  else map.set(id, new Set([listener]))
}
function removeFrom(map: Map<number, Set<Listener>>, id: number, listener: Listener) {
  const set = map.get(id)
  set?.delete(listener)
  if (set?.size === 0) map.delete(id)
}
