import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface Props {
  readonly children: ReactNode
}

/** Where the page itself fails, it says so and can be loaded again; nothing of the server's is lost by that. */
export class ErrorBoundary extends Component<Props, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {}

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error }
  }

  override render(): ReactNode {
    return this.state.error ? <Failed error={this.state.error} /> : this.props.children
  }
}

function Failed({ error }: { readonly error: Error }) {
  const { t } = useTranslation()
  return (
    <main className="message">
      <p role="alert">
        {t('shared.broken')} {error.message}
      </p>
      <button type="button" onClick={() => location.reload()}>
        {t('shared.reload')}
      </button>
    </main>
  )
}
