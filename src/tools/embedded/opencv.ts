import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A matrix in OpenCV's own memory: it must be deleted. */
export interface Mat {
  readonly rows: number
  readonly cols: number
  readonly data: Uint8Array
  readonly data32F: Float32Array
  readonly data32S: Int32Array
  delete(): void
}

interface MatVector {
  size(): number
  get(index: number): Mat
  delete(): void
}

interface RotatedRect {
  readonly center: { readonly x: number; readonly y: number }
  readonly size: { readonly width: number; readonly height: number }
  readonly angle: number
}

type Size = object
type Rect = object
type Scalar = object

/** The part of OpenCV that the tools use, as its JavaScript build names it. */
export interface OpenCv {
  readonly Mat: {
    new (): Mat
    new (rows: number, cols: number, type: number): Mat
  }
  readonly MatVector: new () => MatVector
  readonly Size: new (width: number, height: number) => Size
  readonly Rect: new (x: number, y: number, width: number, height: number) => Rect
  readonly Scalar: new (...values: number[]) => Scalar
  readonly CV_8UC1: number
  readonly CV_8UC3: number
  readonly CV_32FC1: number
  readonly CV_32FC2: number
  readonly CV_32SC2: number
  readonly COLOR_RGB2GRAY: number
  readonly COLOR_RGB2BGR: number
  readonly BORDER_DEFAULT: number
  readonly BORDER_REPLICATE: number
  readonly INPAINT_NS: number
  readonly INPAINT_TELEA: number
  readonly GC_INIT_WITH_RECT: number
  readonly GC_INIT_WITH_MASK: number
  readonly RETR_EXTERNAL: number
  readonly CHAIN_APPROX_SIMPLE: number
  cvtColor(from: Mat, to: Mat, code: number): void
  GaussianBlur(from: Mat, to: Mat, size: Size, sigmaX: number, sigmaY: number, border: number): void
  bilateralFilter(from: Mat, to: Mat, diameter: number, sigmaColour: number, sigmaSpace: number): void
  Canny(from: Mat, to: Mat, low: number, high: number, aperture: number, l2: boolean): void
  calcOpticalFlowFarneback(
    from: Mat,
    to: Mat,
    flow: Mat,
    pyramidScale: number,
    levels: number,
    window: number,
    iterations: number,
    polyN: number,
    polySigma: number,
    flags: number,
  ): void
  inpaint(from: Mat, mask: Mat, to: Mat, radius: number, method: number): void
  grabCut(
    picture: Mat,
    mask: Mat,
    rect: Rect,
    background: Mat,
    foreground: Mat,
    iterations: number,
    mode: number,
  ): void
  findContours(from: Mat, contours: MatVector, hierarchy: Mat, mode: number, method: number): void
  minAreaRect(points: Mat): RotatedRect
  setRNGSeed(seed: number): void
}

/**
 * Loads OpenCV's JavaScript build from its pack. The one place where code from a pack's folder is run: the installer
 * has compared its checksum, and it runs in the tools' own process.
 */
export async function loadOpenCv(folder: string): Promise<OpenCv> {
  const hooks = ['uncaughtException', 'unhandledRejection'] as const
  const before = hooks.map((hook) => new Set(process.listeners(hook as 'uncaughtException')))
  const module = (await import(pathToFileURL(join(folder, 'opencv.js')).href)) as {
    default: OpenCv & { onRuntimeInitialized?: () => void; then?: unknown }
  }
  const cv = module.default
  if (!('Mat' in cv))
    await new Promise<void>((resolve) => {
      ;(cv as { onRuntimeInitialized?: () => void }).onRuntimeInitialized = resolve
    })
  // It would take over what becomes of every error of this process.
  for (const [i, hook] of hooks.entries())
    for (const listener of process.listeners(hook as 'uncaughtException'))
      if (!before[i]!.has(listener)) process.off(hook, listener)
  // As it looks like a promise, `await` would wait for it forever.
  delete cv.then
  return cv
}

/** Keeps matrices for the time of one piece of work, and frees them whatever happens. */
export class Scope {
  readonly #cv: OpenCv
  readonly #owned: { delete(): void }[] = []

  constructor(cv: OpenCv) {
    this.#cv = cv
  }

  own<T extends { delete(): void }>(thing: T): T {
    this.#owned.push(thing)
    return thing
  }

  mat(): Mat {
    return this.own(new this.#cv.Mat())
  }

  /** A matrix of bytes with one or three channels. */
  bytes(rows: number, cols: number, data: Uint8Array): Mat {
    const { CV_8UC1, CV_8UC3, Mat } = this.#cv
    const mat = this.own(new Mat(rows, cols, data.length === rows * cols ? CV_8UC1 : CV_8UC3))
    mat.data.set(data)
    return mat
  }

  delete(): void {
    for (const thing of this.#owned) thing.delete()
  }
}

/** Runs a piece of work with matrices that are freed afterwards. */
export function withMats<T>(cv: OpenCv, work: (scope: Scope) => T): T {
  const scope = new Scope(cv)
  try {
    return work(scope)
  } catch (error) {
    // C++ exceptions come as pointers.
    throw typeof error === 'number' ? new Error(`OpenCV failed (exception at ${error})`) : error
  } finally {
    scope.delete()
  }
}
