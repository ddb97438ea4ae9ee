const place = 'instructions'
const most = 50

/** Instructions that were sent from this browser, the newest first. */
export function keptInstructions(): readonly string[] {
  return JSON.parse(localStorage.getItem(place) ?? '[]') as string[]
}

export function keepInstruction(instruction: string): void {
  const text = instruction.trim()
  const others = keptInstructions().filter((each) => each !== text)
  localStorage.setItem(place, JSON.stringify([text, ...others].slice(0, most)))
}
