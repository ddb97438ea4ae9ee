/** Instructions to try, by kind of edit: shown above the instruction while it is empty; `change({ instruction })`. */
export function Suggestions() {
  return null
}
