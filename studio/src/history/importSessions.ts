import type { TFunction } from 'i18next'
import { server } from '../shared/server.ts'
import { notify, notifyProblem } from '../shared/toasts.tsx'

/** Whether a file is a ZIP file, by its first bytes. */
export async function isArchive(file: Blob): Promise<boolean> {
  const [p, k, three, four] = new Uint8Array(await file.slice(0, 4).arrayBuffer())
  return p === 0x50 && k === 0x4b && three === 3 && four === 4
}

/** Takes exported sessions in, and tells how that went. @returns the id of the last one */
export async function importSessions(files: readonly File[], t: TFunction): Promise<string | undefined> {
  let last: string | undefined
  for (const file of files) {
    notify(t('history.importing', { name: file.name }))
    try {
      const { id, name } = await server.importSession(file)
      notify(t('history.imported', { name }))
      last = id
    } catch (error) {
      notifyProblem(error)
    }
  }
  return last
}
