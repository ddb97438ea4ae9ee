import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Frame } from '../people/frame.tsx'
import '../people/styles.css'
import { words as peopleWords } from '../people/words.ts'
import { startPage } from '../shared/startPage.tsx'
import { OrganiserPage } from './organiserPage.tsx'
import { ReviewPage } from './reviewPage.tsx'
import { server } from './server.ts'
import './styles.css'
import { words } from './words.ts'

type Page = 'review' | 'settle' | 'organise'

function App() {
  const { t } = useTranslation()
  const { data: me, error } = useQuery({
    queryKey: ['me'],
    queryFn: server.me,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const [chosen, setPage] = useState<Page>()
  if (error)
    return (
      <p className="message" role="alert">
        {error.message}
      </p>
    )
  if (!me) return null
  const pages: readonly Page[] = me.role === 'organiser' ? ['organise', 'settle'] : ['review', 'settle']
  const page = chosen ?? pages[0]
  return (
    <Frame
      title={me.dataset}
      about={me.name}
      keys={helpKeys.map(([key, what]) => [key, t(`help.${what}`)])}
      tools={pages.map((each) => (
        <button
          key={each}
          type="button"
          aria-current={page === each ? 'page' : undefined}
          onClick={() => setPage(each)}
        >
          {t(each)}
        </button>
      ))}
    >
      {page === 'organise' ? (
        <OrganiserPage />
      ) : (
        <ReviewPage key={page} me={me} settles={page === 'settle'} />
      )}
    </Frame>
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

await startPage(<App />, peopleWords, words)
