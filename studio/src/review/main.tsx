import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { StrictMode, useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { useTranslation } from 'react-i18next'
import './styles.css'
import { useKeys } from '../shared/useKeys.ts'
import { OrganiserPage } from './organiserPage.tsx'
import { ReviewPage } from './reviewPage.tsx'
import { server } from './server.ts'
import { changeLanguage, startWords } from './words.ts'

type Page = 'review' | 'settle' | 'organise'

function App() {
  const { t } = useTranslation()
  const { data: me, error } = useQuery({
    queryKey: ['me'],
    queryFn: server.me,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const [chosen, setPage] = useState<Page>()
  const keys = useRef<HTMLDialogElement>(null)
  useKeys({ '?': () => keys.current?.showModal() })
  if (error) return <p role="alert">{error.message}</p>
  if (!me) return null
  const pages: readonly Page[] = me.role === 'organiser' ? ['organise', 'settle'] : ['review', 'settle']
  const page = chosen ?? pages[0]
  return (
    <>
      <header>
        <h1>
          {me.dataset} <small>{me.name}</small>
        </h1>
        <nav>
          {pages.map((each) => (
            <button
              key={each}
              type="button"
              aria-current={page === each ? 'page' : undefined}
              onClick={() => setPage(each)}
            >
              {t(each)}
            </button>
          ))}
          <button type="button" onClick={() => keys.current?.showModal()}>
            {t('keys')} <kbd>?</kbd>
          </button>
          <button type="button" onClick={changeLanguage}>
            {t('language')}
          </button>
        </nav>
      </header>
      {page === 'organise' ? (
        <OrganiserPage />
      ) : (
        <ReviewPage key={page} me={me} settles={page === 'settle'} />
      )}
      <dialog ref={keys} aria-label={t('keys')}>
        <h2>{t('keys')}</h2>
        <dl>
          {helpKeys.map(([key, what]) => (
            <div key={what}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{t(`help.${what}`)}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">{t('close')}</button>
        </form>
      </dialog>
    </>
  )
}

const helpKeys = [
  ['K, Enter', 'keep'],
  ['1 … 9', 'reasons'],
  ['S', 'skip'],
  ['U', 'undo'],
  ['Q W E R', 'views'],
  ['Space', 'hold'],
  ['+ − 0', 'zoom'],
  ['T, C', 'text'],
  ['M', 'brush'],
] as const

await startWords()
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: 2 } } })}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
