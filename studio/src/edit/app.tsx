import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Redirect, Route, Switch } from 'wouter'
import { LoginPage } from '../models/loginPage.tsx'
import { useEditEvents, useOtherTabs } from '../shared/events.ts'
import { server } from '../shared/server.ts'
import { EditPage } from './editPage.tsx'
import { Header } from './header.tsx'
import { Problem } from './problem.tsx'
import { StudioProvider } from './useStudio.tsx'

const ModelsPage = lazy(async () => ({ default: (await import('../models/modelsPage.tsx')).ModelsPage }))

/** The studio: who comes in without a key has to give one. */
export function App() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { data: me, error, refetch } = useQuery({ queryKey: ['me'], queryFn: server.me })
  const isIn = me !== undefined && me.owner !== null
  const connection = useEditEvents(isIn)
  useOtherTabs()
  if (me && !isIn) return <LoginPage onDone={() => void queries.resetQueries()} />
  if (error && !me) return <Problem error={error} onRetry={() => void refetch()} />
  if (!me) return null
  return (
    <>
      {connection === 'lost' && (
        <p className="offline" role="status">
          {t('shared.offline')}
        </p>
      )}
      <Switch>
        <Route path="/models">
          <Header />
          <Suspense fallback={<p className="message">{t('shared.loading')}</p>}>
            <ModelsPage />
          </Suspense>
        </Route>
        {/* One route, so that what is typed stays while a session is made. */}
        <Route path={sessionPath}>{({ session }) => <SessionPage id={session} />}</Route>
        <Route path="/">
          <Newest />
        </Route>
        <Route>
          <Redirect to="/" replace />
        </Route>
      </Switch>
    </>
  )
}

const sessionPath = /^\/(?:new|s\/(?<session>[^/]+))\/?$/

function SessionPage({ id }: { readonly id: string | undefined }) {
  return (
    <StudioProvider session={id}>
      <Header />
      <EditPage />
    </StudioProvider>
  )
}

/** The session that was changed last, or an empty one. */
function Newest() {
  const { data, error, refetch } = useQuery({ queryKey: ['sessions'], queryFn: server.sessions })
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return null
  const newest = data.reduce<(typeof data)[number] | undefined>(
    (best, each) => (best && best.changedAt >= each.changedAt ? best : each),
    undefined,
  )
  return <Redirect to={newest ? `/s/${newest.id}` : '/new'} replace />
}
