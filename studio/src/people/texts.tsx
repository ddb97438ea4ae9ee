import { type ReactNode, useEffect, useRef } from 'react'

interface TextPageProps {
  readonly title: string
  readonly children: ReactNode
}

/** A page to be read; its title gets the focus, so that a screen reader says where one is. */
export function TextPage({ title, children }: TextPageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <main className="text-page">
      <article>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        {children}
      </article>
    </main>
  )
}

/** Paragraphs of a plain text, with empty lines between. */
export function Paragraphs({ text }: { readonly text: string }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: they never change places
  return text.split(/\n\s*\n/).map((each, i) => <p key={i}>{each}</p>)
}
