import { useState } from 'react'
import { useTranslation } from 'react-i18next'

/** A link to be handed on. */
export function CopyLink({ link, name }: { readonly link: string; readonly name: string }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  return (
    <span className="copy-link">
      <input
        readOnly
        value={link}
        aria-label={t('people.linkOf', { name })}
        onFocus={(event) => event.target.select()}
      />
      <button
        type="button"
        aria-label={`${t('people.copy')}: ${name}`}
        onClick={() => void navigator.clipboard.writeText(link).then(() => setCopied(true))}
      >
        {t(copied ? 'people.copied' : 'people.copy')}
      </button>
    </span>
  )
}
