import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import './styles.css'
import { OrganiserPage } from './organiserPage.tsx'
import { type Participant, server } from './server.ts'

interface PeopleAppProps {
  /** The title of the organiser's page. */
  readonly title: string
  readonly participant: (me: Participant) => ReactNode
}

/** A link opens the pages of who has it. */
export function PeopleApp({ title, participant }: PeopleAppProps) {
  const { data: me, error } = useQuery({
    queryKey: ['me'],
    queryFn: server.me,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (error)
    return (
      <p className="message" role="alert">
        {error.message}
      </p>
    )
  if (!me) return null
  return me.role === 'organiser' ? <OrganiserPage title={title} /> : participant(me)
}
