import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ServiceModel, type ServicePack, server } from '../shared/server.ts'
import { notify, notifyProblem } from '../shared/toasts.tsx'
import { ConfirmDialog } from './confirmDialog.tsx'
import { EditorCard } from './editorCard.tsx'
import { bytesText } from './figures.ts'
import './models.css'
import { PackRow } from './packRow.tsx'

/** Polling intervals of the lists in milliseconds, during a download and otherwise. */
const [soon, later] = [700, 15_000]

type Listed = Pick<ServiceModel | ServicePack, 'state'>

const refetchInterval = (data: readonly Listed[] | undefined): number =>
  data?.some(({ state }) => state === 'pulling') ? soon : later

/** The page of editors, packs of tools, LoRAs and disk space; loaded when it is first opened. */
export function ModelsPage() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [asked, setAsked] = useState<{ text: string; run: () => Promise<unknown> }>()
  const { data: me } = useQuery({ queryKey: ['me'], queryFn: server.me })
  const { data: models, error } = useQuery({
    queryKey: ['models'],
    queryFn: server.models,
    refetchInterval: ({ state }) => refetchInterval(state.data),
  })
  const { data: packs = [] } = useQuery({
    queryKey: ['packs'],
    queryFn: server.packs,
    refetchInterval: ({ state }) => refetchInterval(state.data),
  })
  const { data: loras = [] } = useQuery({ queryKey: ['loras'], queryFn: server.loras })
  const { data: disk } = useQuery({ queryKey: ['disk'], queryFn: server.disk, refetchInterval: later })
  const isAdmin = me?.isAdmin === true
  const act = async (run: () => Promise<unknown>): Promise<void> => {
    try {
      await run()
    } catch (problem) {
      notifyProblem(problem)
    }
    await Promise.all(
      ['models', 'packs', 'disk', 'examples'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
    )
  }
  const remove = (name: string, bytes: number, run: () => Promise<unknown>): void =>
    setAsked({
      text: t('models.sure', { name, size: bytesText(bytes) }),
      run: async () => {
        await run()
        notify(t('models.deleted', { name }))
      },
    })
  return (
    <main className="models">
      <div className="models-head">
        <h1>{t('models.title')}</h1>
        {disk && (
          <p className="hint">
            {t('models.disk', {
              free: bytesText(disk.free),
              models: bytesText(disk.models),
              packs: bytesText(disk.packs),
            })}
          </p>
        )}
      </div>
      {error && <p role="alert">{error.message}</p>}
      {me && !isAdmin && <p className="hint">{t('models.adminOnly')}</p>}
      <section aria-labelledby="models-editors">
        <h2 id="models-editors">{t('models.editors')}</h2>
        <ul className="cards">
          {models?.map((editor) => (
            <EditorCard
              key={editor.name}
              editor={editor}
              isAdmin={isAdmin}
              onPull={() => void act(() => server.pullModel(editor.name))}
              onStop={() => void act(() => server.stopPull(editor.name))}
              onDelete={() =>
                remove(editor.name, editor.pull?.done ?? editor.bytes ?? 0, () =>
                  server.deleteModel(editor.name),
                )
              }
            />
          ))}
        </ul>
      </section>
      <section aria-labelledby="models-packs">
        <h2 id="models-packs">{t('models.packs')}</h2>
        <p className="hint">{t('models.packsHint')}</p>
        <ul className="rows">
          {packs.map((pack) => (
            <PackRow
              key={pack.name}
              pack={pack}
              isAdmin={isAdmin}
              onInstall={() => void act(() => server.installPack(pack.name))}
              onStop={() => void act(() => server.stopInstall(pack.name))}
              onDelete={() => remove(pack.name, pack.bytes, () => server.deletePack(pack.name))}
            />
          ))}
        </ul>
      </section>
      <section aria-labelledby="models-loras">
        <h2 id="models-loras">LoRA</h2>
        {loras.length === 0 ? (
          <p className="hint">{t('models.noLoras')}</p>
        ) : (
          <ul className="rows">
            {loras.map(({ name, bytes }) => (
              <li key={name} className="row">
                <strong>{name}</strong>
                <span className="hint">{bytesText(bytes)}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      {asked && (
        <ConfirmDialog
          text={asked.text}
          yes={t('models.delete')}
          onYes={() => void act(asked.run)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </main>
  )
}
