import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { ChoosePictures } from '../edit/choosePictures.tsx'
import { currentLanguage } from '../shared/language.ts'
import { exampleUrl, type ListedExample, server } from '../shared/server.ts'
import { notifyProblem } from '../shared/toasts.tsx'
import './suggestions.css'

/** The page of a session without pictures: how to add pictures, and examples that one click runs. */
export function EmptyStart() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [, navigate] = useLocation()
  const [running, setRunning] = useState<string>()
  const { data = [] } = useQuery({ queryKey: ['examples'], queryFn: server.examples })
  const ready = data.filter(({ packs }) => packs.length === 0)
  const run = async (example: ListedExample): Promise<void> => {
    setRunning(example.name)
    try {
      const { session, node } = await startExample(example)
      void queries.invalidateQueries({ queryKey: ['sessions'] })
      navigate(`/s/${session}?node=${node}`)
    } catch (error) {
      notifyProblem(error)
      setRunning(undefined)
    }
  }
  return (
    <>
      <div className="start-head">
        <h1>{t('models.startTitle')}</h1>
        <p>{t('models.start')}</p>
        <ChoosePictures className="primary">{t('models.choose')}</ChoosePictures>
      </div>
      {ready.length > 0 && (
        <>
          <h2 className="start-note">{t('models.examples')}</h2>
          <ul className="examples">
            {ready.map((example) => (
              <li key={example.name}>
                <button
                  type="button"
                  disabled={running !== undefined}
                  aria-busy={running === example.name}
                  onClick={() => void run(example)}
                >
                  <img src={exampleUrl(example.name)} alt="" loading="lazy" />
                  <span className="said">{example[currentLanguage()]}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

/** A session of its own with the example's picture, edited by the darkroom as it says. */
async function startExample(example: ListedExample): Promise<{ session: string; node: string }> {
  const instruction = example[currentLanguage()]
  const response = await fetch(exampleUrl(example.name))
  if (!response.ok) throw new Error(`${example.name}: ${response.status} ${response.statusText}`)
  const picture = await server.addPicture(await response.blob(), example.name)
  const { id: session } = await server.createSession(instruction)
  const { id: parent } = await server.addToSession(session, picture.id)
  const [made] = await server.editNode(session, parent, [{ model: 'darkroom', instruction }])
  return { session, node: made?.id ?? parent }
}
