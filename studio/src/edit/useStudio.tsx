import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useSearch } from 'wouter'
import { importSessions, isArchive } from '../history/importSessions.ts'
import { tellTabs } from '../shared/events.ts'
import {
  type EditTask,
  type OpenSession,
  type ServiceModel,
  type Session,
  type SessionNode,
  server,
} from '../shared/server.ts'
import { notifyProblem } from '../shared/toasts.tsx'
import { type Draft, editorsOf, tasksOf, useDraft } from './draft.ts'
import { faultOf } from './files.ts'
import { keepInstruction } from './instructions.ts'
import { regionOf } from './region.ts'

/** The state and actions of the studio, shared by all its parts. */
export interface Studio {
  /** None on the empty start page: it is made with its first picture. */
  readonly session: Session | undefined
  /** The tree of the session, in the order of making; removed ones too. */
  readonly nodes: readonly SessionNode[]
  readonly isLoading: boolean
  /** Why the session cannot be shown, such as one that was deleted. */
  readonly problem: Error | undefined
  /** The node on the stage: the next edit goes on from its picture, or shows how it is being made. */
  readonly chosen: SessionNode | undefined
  readonly choose: (node: string) => void
  /** The node that the next edit goes on from: the chosen one, or while that has no picture the one above it. */
  readonly base: SessionNode | undefined
  /** The node that the chosen one is compared with: by default the one that it was made from. */
  readonly compared: SessionNode | undefined
  /** Undefined: the default again. */
  readonly compare: (node: string | undefined) => void

  readonly models: readonly ServiceModel[]
  /** The editors that the draft asks for. */
  readonly editors: readonly ServiceModel[]
  readonly draft: Draft
  readonly change: (part: Partial<Draft>) => void

  /** Takes picture files into the session, or a new one, and chooses the last. Tells problems by itself. */
  readonly addPictures: (files: readonly File[]) => Promise<void>
  /** Files on their way to the server: pictures that can be shown already. */
  readonly uploading: readonly string[]
  /** Edits the chosen node by the draft, and chooses the first result. Tells problems by itself. */
  readonly submit: () => Promise<void>
  /** Makes the edits of these tasks from a node, such as a failed one again. */
  readonly edit: (parent: string, tasks: readonly Omit<EditTask, 'picture'>[]) => Promise<void>
  readonly isSubmitting: boolean
  readonly cancel: (node: SessionNode) => Promise<void>
  /** Asks for the session again, here and in other tabs: after a change that was made by `server` itself. */
  readonly refresh: () => Promise<void>
}

const StudioContext = createContext<Studio | undefined>(undefined)

/** The studio around the component. */
export function useStudio(): Studio {
  const studio = useContext(StudioContext)
  if (!studio) throw new Error('internal: useStudio outside of StudioProvider')
  return studio
}

interface StudioProviderProps {
  /** The id of the session; undefined: none yet. */
  readonly session: string | undefined
  readonly children: ReactNode
}

/** Holds the state of one session; what is chosen stands in the address, so that a reload shows the same. */
export function StudioProvider({ session: id, children }: StudioProviderProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [, navigate] = useLocation()
  const search = useSearch()
  const [draft, change] = useDraft(id)
  const [isSubmitting, setSubmitting] = useState(false)
  const [uploading, setUploading] = useState<readonly string[]>([])
  const { data, isLoading, error, refetch } = useQuery({
    queryKey: ['session', id],
    queryFn: () => server.session(id!),
    enabled: id !== undefined,
  })
  const { data: models = none } = useQuery({ queryKey: ['models'], queryFn: server.models })
  const nodes = data?.nodes ?? none
  const { chosen, compared } = useMemo(() => pick(nodes, new URLSearchParams(search)), [nodes, search])
  const editors = useMemo(() => editorsOf(draft, models), [draft, models])
  const base = chosen?.picture ? chosen : nodes.find(({ id: each }) => each === chosen?.parent)

  const go = useCallback(
    (session: string, node: string, other?: string) =>
      navigate(`/s/${session}?node=${node}${other === undefined ? '' : `&with=${other}`}`),
    [navigate],
  )
  const refresh = useCallback(async () => {
    tellTabs()
    await Promise.all([refetch(), queries.invalidateQueries({ queryKey: ['sessions'] })])
  }, [queries, refetch])
  const addNodes = useCallback(
    (session: string, made: readonly SessionNode[]) => {
      queries.setQueryData<OpenSession>(
        ['session', session],
        (before) => before && { ...before, nodes: [...before.nodes, ...made] },
      )
      void queries.invalidateQueries({ queryKey: ['session', session] })
      void queries.invalidateQueries({ queryKey: ['sessions'] })
      tellTabs()
    },
    [queries],
  )

  const addPictures = useCallback(
    async (given: readonly File[]) => {
      const files: File[] = []
      const archives: File[] = []
      for (const file of given) {
        if (await isArchive(file)) {
          archives.push(file)
          continue
        }
        const fault = await faultOf(file)
        if (fault) notifyProblem(t(`edit.wrong.${fault}`, { name: file.name }))
        else files.push(file)
      }
      const imported = await importSessions(archives, t)
      if (imported !== undefined) {
        await queries.invalidateQueries({ queryKey: ['sessions'] })
        navigate(`/s/${imported}`)
        return
      }
      const urls = files.map((file) => URL.createObjectURL(file))
      setUploading(urls)
      try {
        let session = id
        for (const file of files) {
          const picture = await server.addPicture(file, file.name || 'picture.png')
          session ??= (await server.createSession(picture.name.replace(/\.[^.]+$/, ''))).id
          const node = await server.addToSession(session, picture.id)
          addNodes(session, [node])
          go(session, node.id)
        }
      } catch (error) {
        notifyProblem(error)
      } finally {
        setUploading([])
        for (const url of urls) URL.revokeObjectURL(url)
      }
    },
    [id, go, addNodes, queries, navigate, t],
  )

  const edit = useCallback(
    async (parent: string, tasks: readonly Omit<EditTask, 'picture'>[]) => {
      if (id === undefined || tasks.length === 0) return
      const made = await server.editNode(id, parent, tasks)
      addNodes(id, made)
      // Two editors on the same instruction are looked at side by side.
      const other = made.find(({ edit: each }) => each?.task.model !== made[0]!.edit?.task.model)
      go(id, made[0]!.id, other?.id)
    },
    [id, addNodes, go],
  )
  const submit = useCallback(async () => {
    if (!base?.picture || draft.instruction.trim() === '') return
    setSubmitting(true)
    try {
      const region = await regionOf(draft, base)
      keepInstruction(draft.instruction)
      // Somebody may be quicker than the list of models.
      const listed = await queries.ensureQueryData({ queryKey: ['models'], queryFn: server.models })
      await edit(base.id, tasksOf({ draft, editors: editorsOf(draft, listed), node: base, region }))
      change({ instruction: '', region: undefined, recalled: undefined })
    } catch (error) {
      notifyProblem(error)
    } finally {
      setSubmitting(false)
    }
  }, [base, draft, edit, change, queries])
  const cancel = useCallback(
    async (node: SessionNode) => {
      try {
        if (node.edit) await server.cancel(node.edit.id)
        await queries.invalidateQueries({ queryKey: ['session', id] })
      } catch (error) {
        notifyProblem(error)
      }
    },
    [queries, id],
  )

  const choose = useCallback((node: string) => id !== undefined && go(id, node), [id, go])
  const compare = useCallback(
    (other: string | undefined) => id !== undefined && chosen && go(id, chosen.id, other),
    [id, chosen, go],
  )
  const studio: Studio = {
    session: data?.session,
    nodes,
    isLoading,
    problem: data ? undefined : (error ?? undefined),
    chosen,
    choose,
    base,
    compared,
    compare,
    models,
    editors,
    draft,
    change,
    addPictures,
    uploading,
    submit,
    edit,
    isSubmitting,
    cancel,
    refresh,
  }
  return <StudioContext value={studio}>{children}</StudioContext>
}

const none: readonly never[] = []

/** What the address chooses; else the newest picture. */
function pick(nodes: readonly SessionNode[], search: URLSearchParams): Pick<Studio, 'chosen' | 'compared'> {
  const find = (id: string | null): SessionNode | undefined =>
    id === null ? undefined : nodes.find((node) => node.id === id)
  const chosen =
    find(search.get('node')) ?? nodes.findLast(({ removed, picture }) => picture && !removed) ?? nodes.at(-1)
  return { chosen, compared: find(search.get('with')) ?? find(chosen?.parent ?? null) }
}
