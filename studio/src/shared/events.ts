import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Edit, OpenSession } from './server.ts'

/** Whether the server's events come in. */
export type Connection = 'connecting' | 'open' | 'lost'

/**
 * Feeds the changes of all edits and sessions into what is kept of them, for as long as the page is there. After a lost connection
 * everything is asked for again.
 */
export function useEditEvents(isOn: boolean): Connection {
  const queries = useQueryClient()
  const [connection, setConnection] = useState<Connection>('connecting')
  useEffect(() => (isOn ? listen(queries, setConnection) : undefined), [queries, isOn])
  return connection
}

function listen(queries: QueryClient, tell: (connection: Connection) => void): () => void {
  let source: EventSource
  let timer: ReturnType<typeof setTimeout> | undefined
  let wasLost = false
  let wait = 500
  const open = (): void => {
    source = new EventSource('/v1/events')
    source.addEventListener('open', () => {
      wait = 500
      tell('open')
      // Also the first time: what changed between the first answers and now.
      void queries.invalidateQueries({ queryKey: ['session'] })
      if (wasLost) void queries.invalidateQueries()
      wasLost = false
    })
    source.addEventListener('edit', ({ data }) => takeEdit(queries, JSON.parse(String(data)) as Edit))
    source.addEventListener('session', ({ data }) => {
      const { id } = JSON.parse(String(data)) as { id: string }
      void queries.invalidateQueries({ queryKey: ['session', id] })
      void queries.invalidateQueries({ queryKey: ['sessions'] })
    })
    source.addEventListener('error', () => {
      wasLost = true
      tell('lost')
      // A server that stops ends the stream in order or refuses; browsers then do not try again by themselves.
      source.close()
      clearTimeout(timer)
      timer = setTimeout(open, wait)
      wait = Math.min(wait * 2, 8000)
    })
  }
  open()
  return () => {
    clearTimeout(timer)
    source.close()
  }
}

/** Edits of other sessions, about which the open one was asked for already. */
const elsewhere = new Set<string>()

function takeEdit(queries: QueryClient, edit: Edit): void {
  let isKnown = false
  queries.setQueriesData<OpenSession>({ queryKey: ['session'] }, (data) => {
    if (!data?.nodes.some((node) => node.edit?.id === edit.id)) return data
    isKnown = true
    return withEdit(data, edit)
  })
  // Made by another tab or program: perhaps a node of the session that is open here.
  if (isKnown || elsewhere.has(edit.id)) return
  elsewhere.add(edit.id)
  void queries.invalidateQueries({ queryKey: ['session'] })
}

/** A session in which an edit has changed. An edit that has ended stays as it ended. */
function withEdit(data: OpenSession, edit: Edit): OpenSession {
  const nodes = data.nodes.map((node) => {
    if (node.edit?.id !== edit.id || (node.edit.endedAt && !edit.endedAt)) return node
    return { ...node, edit, ...(edit.result && { picture: edit.result }) }
  })
  return { ...data, nodes }
}

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('pentimento') : undefined

/** Tells the other tabs that a session or the list of sessions has changed. */
export const tellTabs = (): void => channel?.postMessage('sessions')

/** Follows what other tabs of this browser do. */
export function useOtherTabs(): void {
  const queries = useQueryClient()
  useEffect(() => {
    const onMessage = (): void => {
      void queries.invalidateQueries({ queryKey: ['session'] })
      void queries.invalidateQueries({ queryKey: ['sessions'] })
    }
    channel?.addEventListener('message', onMessage)
    return () => channel?.removeEventListener('message', onMessage)
  }, [queries])
}
