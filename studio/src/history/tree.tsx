import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../edit/useStudio.tsx'
import type { SessionNode } from '../shared/server.ts'
import { NodeRow } from './nodeRow.tsx'
import { rowsOf, type TreeRow } from './treeRows.ts'
import type { TreeActions } from './useTree.ts'

interface TreeProps {
  readonly actions: TreeActions
  readonly onDone: (() => void) | undefined
}

/**
 * The tree of the session. Arrows walk and choose; with Ctrl they walk alone, so that C compares the chosen picture with
 * another one. Enter chooses, F2 names, Delete removes.
 */
export function Tree({ actions, onDone }: TreeProps) {
  const { t } = useTranslation()
  const { nodes, chosen, choose, compare } = useStudio()
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const [focused, setFocused] = useState<string>()
  const [naming, setNaming] = useState<string>()
  const place = useId()
  const rows = rowsOf(nodes, folded)
  const current = rows.find(({ node }) => node.id === (focused ?? chosen?.id)) ?? rows[0]

  const idOf = (node: string): string => `${place}${node}`
  const focus = (node: string): void => {
    setFocused(node)
    document.getElementById(idOf(node))?.focus()
  }
  const fold = (node: string, isFolded: boolean): void => {
    const next = new Set(folded)
    if (isFolded) next.add(node)
    else next.delete(node)
    setFolded(next)
  }
  // A new result comes into view, without taking the focus from where somebody types.
  const chosenId = chosen?.id
  useEffect(() => {
    if (chosenId === undefined) return
    setFocused(undefined)
    document.getElementById(`${place}${chosenId}`)?.scrollIntoView({ block: 'nearest' })
  }, [chosenId, place])

  const walk = (to: TreeRow | undefined, alone: boolean): void => {
    if (!to) return
    focus(to.node.id)
    if (!alone) choose(to.node.id)
  }
  const onKeyDown = (event: KeyboardEvent, row: TreeRow): void => {
    if (event.target !== event.currentTarget || event.altKey || event.shiftKey) return
    const { node, isBranching, isFolded } = row
    const alone = event.ctrlKey || event.metaKey
    const at = rows.indexOf(row)
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => walk(rows[at + 1], alone),
      ArrowUp: () => walk(rows[at - 1], alone),
      Home: () => walk(rows[0], alone),
      End: () => walk(rows.at(-1), alone),
      ArrowRight: () => {
        if (isFolded) fold(node.id, false)
        else
          walk(
            rows.find((each) => each.node.parent === node.id),
            alone,
          )
      },
      ArrowLeft: () => {
        if (isBranching && !isFolded) fold(node.id, true)
        else
          walk(
            rows.find((each) => each.node.id === node.parent),
            alone,
          )
      },
      Enter: () => chooseRow(node),
      ' ': () => chooseRow(node),
      ...(!alone && {
        c: () => compare(node.id),
        F2: () => setNaming(node.id),
        Delete: () => removeRow(row),
        Backspace: () => removeRow(row),
      }),
    }
    const act = keys[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  const chooseRow = (node: SessionNode): void => {
    focus(node.id)
    choose(node.id)
    onDone?.()
  }
  const removeRow = (row: TreeRow): void => {
    const next = rows.find(({ node }) => node.id === row.node.parent) ?? rows[rows.indexOf(row) - 1]
    if (next) focus(next.node.id)
    void actions.remove(row.node)
  }

  return (
    <div role="tree" aria-label={t('history.tree')} className="tree">
      {rows.map((row) => (
        <NodeRow
          key={row.node.id}
          id={idOf(row.node.id)}
          row={row}
          isChosen={row.node.id === chosen?.id}
          isTabStop={row === current}
          isNaming={naming === row.node.id}
          onFocus={() => setFocused(row.node.id)}
          onKeyDown={(event) => onKeyDown(event, row)}
          onChoose={() => chooseRow(row.node)}
          onFold={(isFolded) => fold(row.node.id, isFolded)}
          onNaming={(isNaming) => {
            setNaming(isNaming ? row.node.id : undefined)
            if (!isNaming) focus(row.node.id)
          }}
          onName={(name) => void actions.name(row.node, name)}
          onRemove={() => removeRow(row)}
          onDone={onDone}
        />
      ))}
    </div>
  )
}
