import type { Command } from 'commander'
import { openConsents, openStudy, studySecret } from '../../bench/index.ts'
import { readTextFile } from '../../files/index.ts'
import { readPages } from '../server/pages.ts'
import { consentText } from '../server/people/consentText.ts'
import { Links, readSecret } from '../server/people/links.ts'
import { type ServeFlags, serveOptions, servePeople } from '../server/people/serve.ts'
import { studyApp } from '../server/people/studyApp.ts'
import { StudyPictures } from '../server/people/studyPictures.ts'
import type { Terminal } from '../terminal.ts'
import { openFolder, readOf, resultOf, suiteOf } from './studyOpen.ts'

/** How a study or an arena is served. */
export interface StudyServeFlags extends ServeFlags {
  readonly consent?: string
  readonly consentCn?: string
  /** Of an arena. */
  readonly showRatings?: true
}

/** Options of {@link StudyServeFlags}. */
export function studyServeOptions(command: Command, port: number): Command {
  return serveOptions(command, port)
    .option('--consent <file>', 'text that participants agree to, in English (default: the built-in one)')
    .option('--consent-cn <file>', 'the same in Chinese')
}

/** Serves the pages of a study or an arena until Ctrl-C. */
export async function serveStudy(
  type: 'study' | 'arena',
  folder: string,
  name: string,
  flags: StudyServeFlags,
  terminal: Terminal,
): Promise<void> {
  // What fails soon comes before the database is opened: that takes seconds.
  const pages = await readPages()
  const study = await readOf(type, folder, name)
  const [en, cn] = await Promise.all(
    [flags.consent, flags.consentCn].map(async (file) =>
      file === undefined ? undefined : readTextFile(file),
    ),
  )
  const secret = await readSecret(studySecret(folder, name))
  const links = new Links(secret, [
    { name: 'organiser', role: 'organiser' },
    ...study.participants.map(
      (each) => ({ name: each.name, role: 'participant', token: each.token }) as const,
    ),
  ])
  const workspace = await openFolder(folder, terminal)
  try {
    const suite = await suiteOf(workspace, terminal)
    const parts = {
      open: openStudy(study, workspace.jobs),
      consents: openConsents(study, workspace.jobs),
      consent: consentText({ ...(en !== undefined && { en }), ...(cn !== undefined && { cn }) }),
      pictures: new StudyPictures(study, secret, {
        source: (path) => suite.read(path),
        result: (picture) => resultOf(workspace, picture),
      }),
      showsRatings: flags.showRatings === true,
    }
    await servePeople(flags, { links, pages }, (base) => studyApp({ ...base, ...parts }), terminal)
  } finally {
    await workspace.close()
  }
}
