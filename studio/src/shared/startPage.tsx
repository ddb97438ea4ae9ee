import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ServerError } from './ask.ts'
import { ErrorBoundary } from './errorBoundary.tsx'
import { startWords, type WordSet } from './language.ts'
import './styles.css'
import { startTheme } from './theme.ts'
import { Toasts } from './toasts.tsx'

/** Shows a page: words in the chosen language, theme, what the server answers, toasts. */
export async function startPage(page: ReactNode, ...words: readonly WordSet[]): Promise<void> {
  startTheme()
  await startWords(...words)
  const queries: QueryClient = new QueryClient({
    // A login that has ended shows in who one is.
    queryCache: new QueryCache({
      onError: (error, { queryKey }) => {
        if (error instanceof ServerError && error.status === 401 && queryKey[0] !== 'me')
          void queries.invalidateQueries({ queryKey: ['me'] })
      },
    }),
    defaultOptions: {
      // What was refused is refused again; a server that starts anew is there in a moment.
      queries: { retry: (count, error) => isPassing(error) && count < 4, staleTime: 5000 },
    },
  })
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <ErrorBoundary>{page}</ErrorBoundary>
        <Toasts />
      </QueryClientProvider>
    </StrictMode>,
  )
}

const isPassing = (error: unknown): boolean =>
  !(error instanceof ServerError) || error.status === 0 || error.status >= 500
