import type { KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../edit/useStudio.tsx'
import { Icon } from '../shared/icons.tsx'
import { fileUrl, type SessionNode, thumbnailUrl } from '../shared/server.ts'
import { labelOf, stateOf } from './label.ts'
import { NameField } from './nameField.tsx'
import { NodeMenu } from './nodeMenu.tsx'
import type { TreeRow } from './treeRows.ts'

export interface NodeRowProps {
  readonly id: string
  readonly row: TreeRow
  readonly isChosen: boolean
  /** Whether the tab key comes to this one of all rows. */
  readonly isTabStop: boolean
  readonly isNaming: boolean
  readonly onFocus: () => void
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onChoose: () => void
  readonly onFold: (isFolded: boolean) => void
  readonly onNaming: (isNaming: boolean) => void
  readonly onName: (name: string) => void
  readonly onRemove: () => void
  readonly onDone: (() => void) | undefined
}

const step = 16
const mostDepth = 6

/** One picture of the tree: thumbnail, origin and state of its edit. */
export function NodeRow(props: NodeRowProps) {
  const { id, row, isChosen, isTabStop, isNaming, onFocus, onKeyDown, onChoose } = props
  const { onFold, onNaming, onName, onRemove, onDone } = props
  const { node, depth, isBranching, isFolded, hidden } = row
  const { t } = useTranslation()
  const { compared, compare, chosen } = useStudio()
  const label = labelOf(node, t)
  const state = stateOf(node, t)
  const isCompared = node.id === compared?.id && compared.id !== chosen?.parent && !isChosen
  const isProblem = node.edit?.state === 'failed'
  return (
    <div
      id={id}
      role="treeitem"
      className="node"
      aria-level={depth + 1}
      aria-selected={isChosen}
      {...(isBranching && { 'aria-expanded': !isFolded })}
      data-compared={isCompared || undefined}
      data-state={node.edit?.state}
      tabIndex={isTabStop ? 0 : -1}
      style={{ paddingLeft: `${Math.min(depth, mostDepth) * step}px` }}
      onFocus={(event) => event.target === event.currentTarget && onFocus()}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        if ((event.target as HTMLElement).closest('button, input, [role=menu]')) return
        if (event.shiftKey) compare(node.id)
        else onChoose()
      }}
    >
      <div className="node-body">
        <Thumbnail node={node} />
        {isNaming ? (
          <NameField
            label={t('history.name')}
            value={node.name ?? ''}
            placeholder={label}
            onDone={(name) => {
              if (name !== undefined) onName(name)
              onNaming(false)
            }}
          />
        ) : (
          <div className="node-words">
            <span className="history-label" title={label}>
              {label}
            </span>
            {isCompared && <span className="unseen">{t('history.isCompared')}</span>}
            <span className="node-state" data-problem={isProblem || undefined} title={state}>
              {state}
              {isFolded && ` · ${t('history.hidden', { count: hidden })}`}
            </span>
          </div>
        )}
        {isBranching && (
          <button
            type="button"
            className="plain node-fold"
            tabIndex={-1}
            aria-label={t(isFolded ? 'history.unfold' : 'history.fold')}
            onClick={() => onFold(!isFolded)}
          >
            <span aria-hidden="true">{isFolded ? '▸' : '▾'}</span>
          </button>
        )}
        <NodeMenu
          node={node}
          label={label}
          isChosen={isChosen}
          isTabStop={isTabStop}
          onNaming={() => onNaming(true)}
          onRemove={onRemove}
          onDone={onDone}
        />
      </div>
    </div>
  )
}

function Thumbnail({ node }: { readonly node: SessionNode }) {
  const { edit, picture } = node
  const fraction = edit?.progress?.fraction ?? 0
  const source = picture
    ? thumbnailUrl(picture.id, 128)
    : edit?.state === 'active' && edit.preview !== undefined
      ? fileUrl(edit.preview)
      : undefined
  return (
    <span className="node-picture">
      {source === undefined ? (
        <span className="history-blank">
          {edit?.state === 'waiting' && (edit.position ?? 0) + 1}
          {edit?.state === 'failed' && '!'}
          {edit?.state === 'cancelled' && <Icon name="close" />}
        </span>
      ) : (
        <img src={source} alt="" loading="lazy" draggable={false} />
      )}
      {edit?.state === 'active' && <progress max={1} value={fraction} aria-hidden="true" />}
    </span>
  )
}
