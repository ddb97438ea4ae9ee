import type { Owner, StoredPicture } from './edits.ts'

/** The pictures of all owners. The same bytes are stored once, and still belong to each owner apart. */
export interface Pictures {
  /**
   * Takes a picture file in: told by its content, not by its name or type, and decoded once, so that what is kept can be
   * edited.
   * @throws ServiceError `picture` for what is no picture, is of a kind that is not taken, or is larger than the limits
   */
  add(owner: Owner, name: string, bytes: Uint8Array): Promise<StoredPicture>
  /** @throws ServiceError `missing`, also for pictures of others */
  get(owner: Owner, id: string): Promise<StoredPicture>
  /** The file as it came or was made. */
  read(owner: Owner, id: string): Promise<Uint8Array>
  /** A WebP file whose longer side has at most so many pixels; kept, so that the next one is quick. */
  thumbnail(owner: Owner, id: string, side: number): Promise<Uint8Array>
  /** @throws ServiceError `missing`; `conflict` while an edit or a session uses it */
  delete(owner: Owner, id: string): Promise<void>
}
