import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism, cpus, freemem, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { modelsFolder } from '../edit/index.ts'
import { checkWritable, defaultCache } from '../files/index.ts'
import { encodePicture, imageLibrary, readPicture } from '../image/index.ts'
import { openRuntime, runtimeInfo } from '../onnx/index.ts'
import { findPrograms, isInstalled, packs, toolsFolder } from '../tools/index.ts'
import { hubSettings } from '../weights/index.ts'
import { cachedKinds } from './cache.ts'
import { readConfiguration } from './configuration.ts'
import { describeFailure } from './failure.ts'
import { installedModels } from './modelList.ts'
import { listedEditors } from './remote.ts'
import { bytesText, type Terminal } from './terminal.ts'
import { packageVersion } from './version.ts'

/** One thing that was looked at. */
interface Finding {
  readonly name: string
  /** `broken` stops edits; `note` is worth knowing. */
  readonly state: 'ok' | 'note' | 'broken'
  readonly text: string
}

interface Check {
  readonly name: string
  run(env: NodeJS.ProcessEnv, config: string | undefined): Promise<string | Omit<Finding, 'name'>>
}

/** `pentimento doctor` */
export function doctorCommand(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description('check this machine and the installation for problems')
    .option('--config <file.json>', 'configuration with remote editors')
    .option('--json', 'print the findings as JSON')
    .action(async ({ json, config }: { json?: true; config?: string }) => {
      const findings: Finding[] = []
      for (const check of checks) {
        terminal.signal.throwIfAborted()
        const finding = await look(check, terminal.env, config)
        findings.push(finding)
        if (!json) terminal.out(findingText(finding))
      }
      if (json) terminal.out(`${JSON.stringify(findings)}\n`)
      if (findings.some(({ state }) => state === 'broken')) terminal.fail(2)
    })
}

async function look(
  { name, run }: Check,
  env: NodeJS.ProcessEnv,
  config: string | undefined,
): Promise<Finding> {
  try {
    const found = await run(env, config)
    return typeof found === 'string' ? { name, state: 'ok', text: found } : { name, ...found }
  } catch (error) {
    return { name, state: 'broken', text: describeFailure(error).line }
  }
}

const findingText = ({ name, state, text }: Finding): string =>
  `${name.padEnd(14)}${state.padEnd(8)}${text}\n`

const note = (text: string): Omit<Finding, 'name'> => ({ state: 'note', text })

const checks: readonly Check[] = [
  { name: 'pentimento', run: async () => packageVersion() },
  { name: 'node', run: async () => nodeVersion(process.versions.node) },
  { name: 'cpu', run: cpu },
  { name: 'memory', run: async () => memoryText() },
  { name: 'onnxruntime', run: runtime },
  { name: 'pictures', run: pictures },
  { name: 'models', run: models },
  { name: 'editors', run: editors },
  { name: 'cache', run: cache },
  { name: 'tools', run: tools },
  { name: 'network', run: network },
  { name: 'writing', run: writing },
]

/** Whether a version of Node is one that the package runs on. */
export function nodeVersion(version: string): string | Omit<Finding, 'name'> {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return version
  return { state: 'broken', text: `${version}, expected 20.19 or newer; update Node` }
}

async function cpu(): Promise<string | Omit<Finding, 'name'>> {
  const model = cpus()[0]?.model.trim() || process.arch
  const text = `${model}, ${availableParallelism()} cores`
  if (process.platform !== 'linux' || process.arch !== 'x64') return text
  const flags =
    /^flags\s*:(.*)$/m.exec(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''))?.[1]?.split(' ') ?? []
  const known = ['avx2', 'avx512f', 'avx512_vnni', 'avx_vnni', 'amx_int8'].filter((flag) =>
    flags.includes(flag),
  )
  if (flags.length > 0 && !known.includes('avx2')) return note(`${text}, no AVX2: edits will be slow`)
  return known.length === 0 ? text : `${text}, ${known.join(' ')}`
}

function memoryText(): string {
  const available = process.availableMemory?.() ?? freemem()
  return `${bytesText(available)} available of ${bytesText(totalmem())}`
}

/** Runs a product on the CPU, then on the device that `auto` chooses. */
async function runtime(): Promise<string> {
  const { version, providers } = await runtimeInfo()
  await (await openRuntime({ provider: 'cpu' })).close()
  const fastest = await openRuntime()
  await fastest.close()
  return `${version}, auto chooses ${fastest.provider}; this build has ${providers.join(', ')}`
}

/** Writes and reads a small picture. */
async function pictures(): Promise<string | Omit<Finding, 'name'>> {
  const { sharp, libvips, missing } = imageLibrary()
  const picture = { width: 2, height: 1, data: new Uint8Array([0, 1, 2, 253, 254, 255]) }
  const read = await readPicture(await encodePicture(picture, 'png'))
  if (Buffer.compare(read.data, picture.data) !== 0)
    return { state: 'broken', text: `sharp ${sharp}: a PNG comes back changed` }
  const text = `sharp ${sharp}, libvips ${libvips}`
  return missing.length === 0 ? text : note(`${text}; ${missing.join(', ')}`)
}

async function models(env: NodeJS.ProcessEnv): Promise<string | Omit<Finding, 'name'>> {
  const found = await installedModels(env)
  const names = found.map(({ name, problem, default: isDefault }) =>
    problem === undefined ? `${name}${isDefault ? ' (default)' : ''}` : `${name} (${problem})`,
  )
  const text = `${names.join(', ')}; in ${modelsFolder(env)}`
  if (env.PENTIMENTO_MODEL && !found.some((model) => model.default))
    return note(`${text}; PENTIMENTO_MODEL is ${env.PENTIMENTO_MODEL}`)
  return found.some(({ problem }) => problem !== undefined) ? note(text) : text
}

/** The remote editors of the configuration, and whether their keys are there; nothing is sent. */
async function editors(
  env: NodeJS.ProcessEnv,
  config: string | undefined,
): Promise<string | Omit<Finding, 'name'>> {
  const { file, editors: configured } = await readConfiguration(config, { env })
  if (file === undefined) return 'none configured'
  const listed = listedEditors(configured, env)
  const text = `${listed.map((each) => `${each.name} (${each.state})`).join(', ') || 'none'}; in ${file}`
  return listed.every(({ isReady }) => isReady) ? text : note(text)
}

async function cache(env: NodeJS.ProcessEnv): Promise<string> {
  const folder = defaultCache(env)
  const bytes = (await cachedKinds(env)).reduce((sum, kind) => sum + kind.bytes, 0)
  await checkWritable(join(folder, 'probe'))
  return `${bytesText(bytes)} in ${folder}`
}

async function tools(env: NodeJS.ProcessEnv): Promise<string> {
  const folder = toolsFolder(env)
  const installed = Object.values(packs).filter((pack) => isInstalled(folder, pack))
  const programs = Object.values(await findPrograms()).filter(({ version }) => version !== undefined)
  const names = [...installed, ...programs].map(({ name }) => name)
  return names.length === 0 ? 'none installed; only datasets need them' : names.join(', ')
}

/** What pull would use; nothing is sent. */
async function network(env: NodeJS.ProcessEnv): Promise<string | Omit<Finding, 'name'>> {
  const { endpoint, token, proxy, isOffline } = hubSettings(env)
  if (isOffline) return note(`offline (HF_HUB_OFFLINE): pull uses existing files only`)
  const by = proxy === undefined ? 'no proxy' : "through the environment's proxy"
  return `${endpoint}, ${by}, ${token === undefined ? 'no token' : 'with a token'}`
}

/** Whether outputs, models and temporary files could be written. */
async function writing(env: NodeJS.ProcessEnv): Promise<string | Omit<Finding, 'name'>> {
  const probe = await mkdtemp(join(tmpdir(), 'pentimento-doctor-'))
  await rm(probe, { recursive: true })
  await checkWritable(join(modelsFolder(env), 'probe'))
  try {
    await checkWritable('probe.png')
  } catch (error) {
    return note(describeFailure(error).line)
  }
  return `${process.cwd()}, ${modelsFolder(env)}, ${tmpdir()}`
}
