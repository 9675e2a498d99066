'use client'
import { useEffect, useState } from 'react'
import { buildMapTree, type MapEdge, type MapTree } from '@/lib/domain/map-graph'
import { layOut, type MapLayout } from '@/lib/domain/map-layout'
import { type MapGraphJson, unpackGraph } from '@/lib/wire/map'

export type Network = {
  tree: MapTree
  layout: MapLayout
  siteNames: ReadonlyMap<number, string>
  indexOf: ReadonlyMap<number, number> // of a device's id
  edges: ReadonlyMap<string, MapEdge> // by "lower upper", ids
}

function networkOf(json: MapGraphJson): Network {
  const { sites, devices, edges } = unpackGraph(json)
  const tree = buildMapTree(devices, sites, edges)
  return {
    tree,
    layout: layOut(tree),
    siteNames: new Map(sites.map(({ id, name }) => [id, name])),
    indexOf: new Map(devices.map(({ id }, i) => [id, i])),
    edges: new Map(edges.map((edge) => [`${edge.deviceId} ${edge.upstreamId}`, edge])),
  }
}

const againMs = 5000

/** The network, read again whenever the server renders the page with another mark. */
export function useNetwork(mark: string): { network: Network | null; failed: boolean } {
  const [network, setNetwork] = useState<Network | null>(null)
  const [failed, setFailed] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another mark is why it is read again
  useEffect(() => {
    let isCurrent = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = async () => {
      try {
        const response = await fetch('/map/graph')
        if (!response.ok) throw new Error(`/map/graph answered ${response.status}`)
        const json: MapGraphJson = await response.json()
        if (!isCurrent) return
        setNetwork(networkOf(json))
        setFailed(false)
      } catch {
        if (!isCurrent) return
        setFailed(true)
        timer = setTimeout(read, againMs)
      }
    }
    read()
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [mark])
  return { network, failed }
}
