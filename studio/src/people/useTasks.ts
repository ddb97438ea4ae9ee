import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { newNonce, Outbox, useOutbox } from './outbox.ts'
import { pictureUrl, type StudyTaskAnswer, server, type VoteRequest } from './server.ts'

/** Tasks that are asked for at a time, so that the next pictures are there already. */
const ahead = 3

/** Votes on their way. */
export const outbox: Outbox<VoteRequest> = new Outbox(server.vote)

interface Tasks {
  /** The one to be answered; none while it is loaded, and when all are done. */
  readonly task: StudyTaskAnswer | undefined
  readonly done: number
  readonly total: number
  readonly isFinished: boolean
  readonly error: Error | null
  readonly answer: (answers: readonly number[], seconds: number) => void
}

/** A participant's tasks in their order; an answer is sent while the next task is looked at. */
export function useTasks(): Tasks {
  const queries = useQueryClient()
  const { refused } = useOutbox(outbox)
  const [answered, setAnswered] = useState(-1)
  const { data, error, isFetching } = useQuery({
    queryKey: ['tasks'],
    queryFn: async () => {
      // What was answered has to be there before more is asked for, else the server gives it again.
      await outbox.flush()
      return server.tasks(ahead)
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  const tasks = data?.tasks.filter(({ number }) => number > answered) ?? []
  const total = data?.total ?? 0
  const done = Math.max(data?.done ?? 0, answered + 1)
  const isLow = data !== undefined && tasks.length < 2 && done + tasks.length < total
  useEffect(() => {
    if (isLow && !isFetching) void queries.refetchQueries({ queryKey: ['tasks'] })
  }, [isLow, isFetching, queries])
  useEffect(() => {
    // Answered in another window: what comes next is asked for anew.
    if (refused !== undefined) void queries.refetchQueries({ queryKey: ['tasks'] })
  }, [refused, queries])
  useEffect(() => {
    for (const { source, pictures } of data?.tasks ?? [])
      for (const name of [source, ...pictures]) new Image().src = pictureUrl(name)
  }, [data])
  const [task] = tasks
  const answer = useCallback(
    (answers: readonly number[], seconds: number) => {
      if (!task) return
      setAnswered(task.number)
      outbox.add({ task: task.number, answers, seconds, nonce: newNonce() })
    },
    [task],
  )
  return { task, done, total, isFinished: total > 0 && done >= total, error, answer }
}
