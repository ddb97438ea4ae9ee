import type { Owner, StoredPicture } from './edits.ts'

/** The pictures of all owners. Equal bytes are stored once, but belong to each owner separately. */
export interface Pictures {
  /**
   * Stores a picture file, which is recognised by its content, not by its name or type, and decoded once, so that every
   * stored picture can be edited.
   * @throws ServiceError `picture` for a file that is not a picture, has an unsupported format, or exceeds the limits
   */
  add(owner: Owner, name: string, bytes: Uint8Array): Promise<StoredPicture>
  /** @throws ServiceError `missing`, also for pictures of others */
  get(owner: Owner, id: string): Promise<StoredPicture>
  /** The file as uploaded or made. */
  read(owner: Owner, id: string): Promise<Uint8Array>
  /** A WebP file whose longer side has at most this many pixels; cached. */
  thumbnail(owner: Owner, id: string, side: number): Promise<Uint8Array>
  /** @throws ServiceError `missing`; `conflict` while an edit or a session uses it */
  delete(owner: Owner, id: string): Promise<void>
}
