import { PentimentoError } from '../error/index.ts'

/** What kind of mistake a checkpoint, an adapter or a request for weights has. */
export type WeightsErrorCode =
  /** A file or a tensor that is not there. */
  | 'missing'
  /** The system refused to read or write. */
  | 'io'
  /** A file ends before its data does, or has data after its end. */
  | 'truncated'
  /** A safetensors header that does not follow the format. */
  | 'header'
  /** Two things of one name. */
  | 'duplicate'
  | 'dtype'
  | 'shape'
  /** Tensor offsets that overlap, leave holes or do not fit shape and dtype. */
  | 'offsets'
  /** The index of a sharded checkpoint disagrees with its shards. */
  | 'index'
  /** More than one thing could be meant. */
  | 'ambiguous'
  | 'quantization'
  /** An adapter (LoRA) that does not fit its base model or is not understood. */
  | 'adapter'
  /** Parameters that a model wants and a source does not have, or the other way round. */
  | 'parameters'
  /** NaN or infinity where a number is needed. */
  | 'value'
  | 'argument'
  | 'closed'
  | 'aborted'
  /** A hub that is busy or breaks off; another try may help. */
  | 'network'
  /** A hub that cannot be reached: no network, a proxy that is not set or wrong, or offline mode. */
  | 'offline'
  /** A published model that cannot be run yet. */
  | 'unsupported'
  /** A hub that wants a token, or another one. */
  | 'access'
  /** A download whose checksum differs from the hub's. */
  | 'checksum'

/** A mistake in stored weights or in their use; the message is one line: where, what, expected, got, what to do. */
export class WeightsError extends PentimentoError<WeightsErrorCode> {
  override readonly name = 'WeightsError'
}

/** A name out of a file, made fit for one line of a message: quoted, escaped, cut at 200 characters. */
export function shown(name: string): string {
  const short = name.length > 200 ? `${name.slice(0, 200)}…` : name
  return JSON.stringify(short).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

/** A shape for a message: `[64, 320]`, cut at 16 dimensions. */
export function shownShape(shape: readonly unknown[]): string {
  return `[${shape.slice(0, 16).join(', ')}${shape.length > 16 ? ', …' : ''}]`
}

/** The first 20 lines and a count of the rest, in one line. */
export function listed(items: readonly string[], limit = 20): string {
  const rest = items.length - limit
  return items.slice(0, limit).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

/** A system error as a {@link WeightsError}; errors of this layer pass unchanged. */
export function fileError(file: string, doing: string, error: unknown): WeightsError {
  if (error instanceof WeightsError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return new WeightsError('missing', `${file}: no such file or folder, check the path`)
  if (code === 'ENOSPC')
    return new WeightsError('io', `${file}: cannot ${doing}, the disk is full, free some space`)
  if (error instanceof Error && error.name === 'AbortError')
    return new WeightsError('aborted', `${file}: cannot ${doing}, the work was aborted`, { cause: error })
  return new WeightsError('io', `${file}: cannot ${doing}, got ${code ?? message}`, { cause: error })
}
